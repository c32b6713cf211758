// SPDX-License-Identifier: Apache-2.0

extension ItemWriter {
    /// Appends an array of numbers in the form that its type has.
    package mutating func numbers<N: PackedNumber>(_ values: [N]) {
        guard N.isPacked else { return items(values) }
        let layout = N.layout
        if layout != .bytes { head(.tag, layout.tag) }
        head(.bytes, UInt64(values.count * layout.size))
        // SAFETY: the bytes of BitwiseCopyable values without padding, borrowed for the copy.
        unsafe values.withUnsafeBytes { unsafe bytes.append(contentsOf: $0) }
    }

    /// Appends an array of items with what a typed array holds, whose head was just read.
    package mutating func unpackedArray(
        _ head: ItemHead, from reader: inout ItemReader
    ) throws(PayloadError) {
        let layout = try NumberLayout(tag: head.argument)
        switch layout.kind {
        case .unsigned: items(try reader.numbers(after: head) as [UInt64])
        case .signed: items(try reader.numbers(after: head) as [Int64])
        case .float: items(try reader.numbers(after: head) as [Double])
        }
    }

    private mutating func items<N: PackedNumber>(_ numbers: [N]) {
        head(.array, UInt64(numbers.count))
        // Room is made for many at once, but not nine bytes for each of very many.
        for start in stride(from: 0, to: numbers.count, by: 512) {
            let end = min(start + 512, numbers.count)
            bytes.append(addingCapacity: (end - start) * 9) { (span: inout OutputSpan<UInt8>) in
                for index in start..<end { numbers[index].write(to: &span) }
            }
        }
    }
}
