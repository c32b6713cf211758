// SPDX-License-Identifier: Apache-2.0

extension ItemReader {
    /// Room made ahead for the elements of one container, whatever it claims: nested claims add up.
    static var reservedElements: Int { 256 }

    /// Reads one item whatever it is.
    ///
    /// - Parameter depth: How many containers it lies in.
    package mutating func value(depth: Int = 0) throws(PayloadError) -> Value {
        let head = try item()
        switch head.major {
        case .unsigned:
            return Value(head.argument)
        case .text:
            return .string(try string(after: head))
        case .array:
            return .array(try values(head, depth: depth + 1))
        case .map:
            return .map(try valueMap(head, depth: depth + 1))
        case .bytes:
            return .bytes(try byteString(after: head))
        case .tag where NumberLayout.isTypedArray(head.argument):
            return .array(try typedArrayValues(head))
        case .negative, .tag:
            return try numberValue(head)
        case .simple:
            switch head.info {
            case 20: return .bool(false)
            case 21: return .bool(true)
            case 22, 23: return .null
            default: return try numberValue(head)
            }
        }
    }

    private mutating func numberValue(_ head: ItemHead) throws(PayloadError) -> Value {
        switch try number(after: head) {
        case .signed(let value): return .integer(value)
        case .unsigned(let value): return .unsigned(value)
        case .float(let value): return .double(value)
        case nil: throw .unexpected(head, at: position)
        }
    }

    private mutating func values(
        _ head: ItemHead, depth: Int
    ) throws(PayloadError) -> [Value] {
        guard depth <= CBOR.maximumDepth else { throw .tooDeep() }
        var result: [Value] = []
        if head.isIndefinite {
            while !takeBreak() { result.append(try value(depth: depth)) }
            return result
        }
        let count = try self.count(of: head)
        result.reserveCapacity(min(count, ItemReader.reservedElements))
        for _ in 0..<count { result.append(try value(depth: depth)) }
        return result
    }

    private mutating func valueMap(
        _ head: ItemHead, depth: Int
    ) throws(PayloadError) -> [String: Value] {
        guard depth <= CBOR.maximumDepth else { throw .tooDeep() }
        var result: [String: Value] = [:]
        try entries(head) { (reader, key) throws(PayloadError) in
            let value = try reader.value(depth: depth)
            return result.updateValue(value, forKey: key) == nil
        }
        return result
    }

    /// Reads the elements of an array one by one.
    package mutating func elements(
        _ head: ItemHead, each: (inout ItemReader) throws(PayloadError) -> Void
    ) throws(PayloadError) {
        var left = head.isIndefinite ? Int.max : try count(of: head)
        while left > 0 && !(head.isIndefinite && takeBreak()) {
            try each(&self)
            left -= 1
        }
    }

    /// Reads the entries of a map one by one.
    ///
    /// - Parameter add: Reads and keeps an entry's value; false if the key was there before.
    package mutating func entries(
        _ head: ItemHead,
        add: (inout ItemReader, String) throws(PayloadError) -> Bool
    ) throws(PayloadError) {
        var left = head.isIndefinite ? Int.max : try count(of: head, itemsEach: 2)
        while left > 0 && !(head.isIndefinite && takeBreak()) {
            let start = position
            let key = try self.key()
            guard try add(&self, key) else { throw .duplicateKey(key, at: start) }
            left -= 1
        }
    }

    /// Reads the key of a map's entry; integers count as their decimal digits.
    package mutating func key() throws(PayloadError) -> String {
        let head = try item()
        switch head.major {
        case .text:
            return try string(after: head)
        case .unsigned, .negative:
            return try number(after: head)?.description ?? ""
        default:
            throw PayloadError(
                .unsupported, "keys of maps are to be strings, one is \(head.description)")
        }
    }

    private mutating func typedArrayValues(_ head: ItemHead) throws(PayloadError) -> [Value] {
        let layout = try NumberLayout(tag: head.argument)
        switch layout.kind {
        case .unsigned:
            return try numbers(after: head).map { (number: UInt64) in Value(number) }
        case .signed:
            return try numbers(after: head).map { (number: Int64) in .integer(number) }
        case .float:
            return try numbers(after: head).map { (number: Double) in .double(number) }
        }
    }
}

extension PayloadError {
    @inline(never)
    static func duplicateKey(_ key: String, at position: Int) -> PayloadError {
        malformed("a map holds the key '\(key)' twice, or in two spellings,", at: position)
    }

    @inline(never)
    package static func unexpected(_ head: ItemHead, at position: Int) -> PayloadError {
        head.isBreak
            ? malformed("there is a break outside of a container", at: position - 1)
            : PayloadError(.unsupported, "the payload holds \(head.description)")
    }
}
