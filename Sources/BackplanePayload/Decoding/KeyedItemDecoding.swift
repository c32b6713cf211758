// SPDX-License-Identifier: Apache-2.0

/// A map that a type decodes itself from.
struct KeyedItemDecoding<Key: CodingKey>: KeyedDecodingContainerProtocol {
    /// The decoder of the map, which has indexed it.
    let decoder: ItemDecoder

    var codingPath: [any CodingKey] { decoder.codingPath }

    var allKeys: [Key] {
        guard let index = decoder.index else { return [] }
        let input = decoder.input
        let reader = ItemReader(input.bytes)
        var keys: [Key] = []
        keys.reserveCapacity(index.count)
        for number in 0..<index.count {
            // A key that is not valid text is found out when the map is decoded.
            if let name = try? index.name(number, in: reader), let key = Key(stringValue: name) {
                keys.append(key)
            }
        }
        return keys
    }

    func contains(_ key: Key) -> Bool {
        place(of: key) != nil
    }

    func decodeNil(forKey key: Key) throws -> Bool {
        let input = decoder.input
        var reader = ItemReader(input.bytes, at: try found(key))
        return try decoder.located { () throws(PayloadError) in try reader.takeNull() }
    }

    func decode<T: Decodable>(_ type: T.Type, forKey key: Key) throws -> T {
        let input = decoder.input
        var reader = ItemReader(input.bytes, at: try found(key))
        return try decoder.value(type, with: &reader, .key(key))
    }

    func nestedContainer<Nested: CodingKey>(
        keyedBy type: Nested.Type, forKey key: Key
    ) throws -> KeyedDecodingContainer<Nested> {
        try nested(key).container(keyedBy: type)
    }

    func nestedUnkeyedContainer(forKey key: Key) throws -> any UnkeyedDecodingContainer {
        try nested(key).unkeyedContainer()
    }

    func superDecoder() throws -> any Decoder {
        try nested(PathKey.superclass)
    }

    func superDecoder(forKey key: Key) throws -> any Decoder {
        try nested(key)
    }

    private func place(of key: some CodingKey) -> Int? {
        let input = decoder.input
        return decoder.index?.value(for: key.stringValue, in: input.bytes)
    }

    private func found(_ key: some CodingKey) throws -> Int {
        guard let place = place(of: key) else {
            throw DecodingError.keyNotFound(
                key,
                DecodingError.Context(
                    codingPath: codingPath, debugDescription: "'\(key.stringValue)' is missing"))
        }
        return place
    }

    private func nested(_ key: some CodingKey) throws -> ItemDecoder {
        try decoder.nested(at: try found(key), .key(key))
    }
}
