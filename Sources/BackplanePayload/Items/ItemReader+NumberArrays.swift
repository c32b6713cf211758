// SPDX-License-Identifier: Apache-2.0

extension ItemReader {
    /// Reads an array of numbers in any of its forms.
    package mutating func numbers<N: PackedNumber>(_: N.Type) throws(PayloadError) -> [N] {
        try numbers(after: try item())
    }

    /// Reads the array of numbers whose head was just read.
    package mutating func numbers<N: PackedNumber>(
        after head: ItemHead
    ) throws(PayloadError) -> [N] {
        switch head.major {
        case .array:
            return try numberItems(head)
        case .bytes:
            return try packed(head, .bytes)
        case .tag where NumberLayout.isTypedArray(head.argument):
            let layout = try NumberLayout(tag: head.argument)
            return try packed(try typedArrayContent(), layout)
        default:
            throw .mismatch("an array of numbers", found: head.description)
        }
    }

    /// Reads the head of the byte string within a typed array.
    package mutating func typedArrayContent() throws(PayloadError) -> ItemHead {
        let head = try self.head()
        guard head.major == .bytes else {
            throw .malformed("a typed array is not a byte string", at: position)
        }
        return head
    }

    private mutating func numberItems<N: PackedNumber>(
        _ head: ItemHead
    ) throws(PayloadError) -> [N] {
        var result: [N] = []
        if head.isIndefinite {
            while !takeBreak() { result.append(try N.read(from: &self)) }
            return result
        }
        let count = try self.count(of: head)
        result.reserveCapacity(count)
        for _ in 0..<count { result.append(try N.read(from: &self)) }
        return result
    }

    private mutating func packed<N: PackedNumber>(
        _ head: ItemHead, _ layout: NumberLayout
    ) throws(PayloadError) -> [N] {
        if head.isIndefinite {
            let gathered = try byteString(after: head)
            return try ItemReader.unpack(gathered.span, layout)
        }
        return try ItemReader.unpack(bytes.extracting(try take(head.argument)), layout)
    }

    /// The numbers that lie in bytes.
    private static func unpack<N: PackedNumber>(
        _ bytes: Span<UInt8>, _ layout: NumberLayout
    ) throws(PayloadError) -> [N] {
        let (count, rest) = bytes.count.quotientAndRemainder(dividingBy: layout.size)
        guard rest == 0 else {
            throw PayloadError(
                .malformed,
                "a typed array of \(bytes.count) bytes does not hold numbers of \(layout.size)")
        }
        if N.layout == layout { return copied(bytes, count: count) }
        if N.self == Double.self { return same(try doubles(bytes, layout, count), [N].self) }
        if N.self == Int.self { return same(try ints(bytes, layout, count), [N].self) }
        return try others(bytes, layout, count)
    }

    private static func doubles(
        _ bytes: Span<UInt8>, _ layout: NumberLayout, _ count: Int
    ) throws(PayloadError) -> [Double] {
        try converted(bytes, layout, count)
    }

    private static func ints(
        _ bytes: Span<UInt8>, _ layout: NumberLayout, _ count: Int
    ) throws(PayloadError) -> [Int] {
        try converted(bytes, layout, count)
    }

    // Not specialised: other numbers are rarely sent in another form than theirs.
    @_semantics("optimize.sil.specialize.generic.never")
    private static func others<N: PackedNumber>(
        _ bytes: Span<UInt8>, _ layout: NumberLayout, _ count: Int
    ) throws(PayloadError) -> [N] {
        try converted(bytes, layout, count)
    }

    /// The numbers that lie in bytes in another form.
    @inline(__always)
    private static func converted<N: PackedNumber>(
        _ bytes: Span<UInt8>, _ layout: NumberLayout, _ count: Int
    ) throws(PayloadError) -> [N] {
        var result: [N] = []
        result.reserveCapacity(count)
        for index in 0..<count {
            result.append(try N.convert(layout.number(in: bytes, at: index * layout.size)))
        }
        return result
    }

    /// The numbers that lie in bytes as they do in memory.
    private static func copied<N: PackedNumber>(_ bytes: Span<UInt8>, count: Int) -> [N] {
        // SAFETY: N is BitwiseCopyable, of the layout's size, and any bits are a number; the
        // caller has checked that `bytes` holds `count` of them. Source and target do not overlap.
        unsafe [N](unsafeUninitializedCapacity: count) { target, initialized in
            unsafe bytes.withUnsafeBytes { source in
                unsafe UnsafeMutableRawBufferPointer(target).copyMemory(from: source)
            }
            initialized = count
        }
    }
}
