// SPDX-License-Identifier: Apache-2.0

/// An array that a type decodes itself from; byte strings and typed arrays are arrays of numbers.
struct UnkeyedItemDecoding: UnkeyedDecodingContainer {
    private let decoder: ItemDecoder
    private var position: Int
    let count: Int?
    private(set) var currentIndex = 0

    /// Begins to read the item of a decoder.
    init(_ decoder: ItemDecoder) throws(PayloadError) {
        let input = decoder.input
        var reader = ItemReader(input.bytes, at: decoder.offset)
        let head = try reader.item()
        switch head.major {
        case .array:
            self.decoder = decoder
            count = head.isIndefinite ? nil : try reader.count(of: head)
            position = reader.position
        case .bytes, .tag:
            guard let items = try reader.unpackedItems(head) else {
                throw .mismatch("an array", found: head.description)
            }
            let spread = ItemDecoder(
                input: DecodingInput(copying: items), offset: 0, parent: decoder.parent,
                step: decoder.step, depth: decoder.depth)
            let unpacked = spread.input
            var inner = ItemReader(unpacked.bytes)
            let array = try inner.head()
            count = try inner.count(of: array)
            position = inner.position
            self.decoder = spread
        default:
            throw .mismatch("an array", found: head.description)
        }
    }

    var codingPath: [any CodingKey] { decoder.codingPath }

    var isAtEnd: Bool {
        if let count { return currentIndex >= count }
        let input = decoder.input
        return ItemReader(input.bytes, at: position).peek() == 0xff
    }

    mutating func decodeNil() throws -> Bool {
        try expectMore(Never?.self)
        let input = decoder.input
        var reader = ItemReader(input.bytes, at: position)
        let isNull = try decoder.located { () throws(PayloadError) in try reader.takeNull() }
        if isNull { advance(to: reader.position) }
        return isNull
    }

    mutating func decode<T: Decodable>(_ type: T.Type) throws -> T {
        try expectMore(type)
        let input = decoder.input
        var reader = ItemReader(input.bytes, at: position)
        let value = try decoder.value(type, with: &reader, .index(currentIndex))
        advance(to: reader.position)
        return value
    }

    mutating func nestedContainer<Nested: CodingKey>(
        keyedBy type: Nested.Type
    ) throws -> KeyedDecodingContainer<Nested> {
        try nested().container(keyedBy: type)
    }

    mutating func nestedUnkeyedContainer() throws -> any UnkeyedDecodingContainer {
        try nested().unkeyedContainer()
    }

    mutating func superDecoder() throws -> any Decoder {
        try nested()
    }

    private mutating func nested() throws -> ItemDecoder {
        try expectMore((any Decoder).self)
        let nested = try decoder.nested(at: position, .index(currentIndex))
        let end = try nested.located { () throws(PayloadError) in try nested.end() }
        advance(to: end)
        return nested
    }

    private mutating func advance(to end: Int) {
        position = end
        currentIndex += 1
    }

    private func expectMore(_ type: Any.Type) throws {
        guard isAtEnd else { return }
        throw DecodingError.valueNotFound(
            type,
            DecodingError.Context(
                codingPath: codingPath + [PathKey(intValue: currentIndex)],
                debugDescription: "the array ends after \(currentIndex) elements"))
    }
}

extension ItemReader {
    /// The items of an array that holds what a byte string or typed array holds; nil for others.
    fileprivate mutating func unpackedItems(_ head: ItemHead) throws(PayloadError) -> [UInt8]? {
        var writer = ItemWriter()
        if head.major == .bytes {
            let content = try byteString(after: head)
            writer.head(.array, UInt64(content.count))
            for byte in content { writer.integer(byte) }
        } else if NumberLayout.isTypedArray(head.argument) {
            try writer.unpackedArray(head, from: &self)
        } else {
            return nil
        }
        return writer.bytes
    }
}
