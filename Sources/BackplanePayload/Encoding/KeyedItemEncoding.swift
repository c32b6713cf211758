// SPDX-License-Identifier: Apache-2.0

/// A map that a value encodes itself into.
struct KeyedItemEncoding<Key: CodingKey>: KeyedEncodingContainerProtocol {
    let scope: EncodingScope

    var codingPath: [any CodingKey] { scope.codingPath }

    mutating func encodeNil(forKey key: Key) throws {
        try scope.entry(key.stringValue) { $0.null() }
    }

    mutating func encode(_ value: Bool, forKey key: Key) throws {
        try scope.entry(key.stringValue) { $0.bool(value) }
    }

    mutating func encode(_ value: String, forKey key: Key) throws {
        try scope.entry(key.stringValue) { $0.text(value) }
    }

    mutating func encode(_ value: Double, forKey key: Key) throws {
        try scope.entry(key.stringValue) { $0.double(value) }
    }

    mutating func encode(_ value: Int, forKey key: Key) throws {
        try scope.entry(key.stringValue) { $0.integer(value) }
    }

    mutating func encode<T: Encodable>(_ value: T, forKey key: Key) throws {
        let mark = scope.buffer.writer.bytes.count
        try scope.entry(key.stringValue) { _ in }
        do {
            try scope.nested(value, .key(key))
        } catch {
            scope.rollBack(to: mark)
            throw error
        }
    }

    mutating func nestedContainer<Nested: CodingKey>(
        keyedBy type: Nested.Type, forKey key: Key
    ) -> KeyedEncodingContainer<Nested> {
        later(key).container(keyedBy: type)
    }

    mutating func nestedUnkeyedContainer(forKey key: Key) -> any UnkeyedEncodingContainer {
        later(key).unkeyedContainer()
    }

    mutating func superEncoder() -> any Encoder {
        later(PathKey.superclass)
    }

    mutating func superEncoder(forKey key: Key) -> any Encoder {
        later(key)
    }

    private func later(_ key: some CodingKey) -> EncodingScope {
        scope.note { () throws(PayloadError) in try scope.entry(key.stringValue) { _ in } }
        return scope.later(.key(key))
    }
}
