// SPDX-License-Identifier: Apache-2.0

/// An array that a value encodes itself into; a byte string if nothing but `UInt8` goes in.
///
/// Foundation's `Data` encodes itself like that, and so do sets and slices of bytes.
struct UnkeyedItemEncoding: UnkeyedEncodingContainer {
    let scope: EncodingScope

    var codingPath: [any CodingKey] { scope.codingPath }
    var count: Int { scope.count }

    mutating func encodeNil() throws {
        try scope.beginElement()
        scope.buffer.writer.null()
    }

    mutating func encode(_ value: UInt8) throws {
        try scope.element(byte: value)
    }

    mutating func encode<S: Sequence>(contentsOf bytes: S) throws where S.Element == UInt8 {
        try scope.elements(bytes: bytes)
    }

    // Not specialised: a copy for each number type would be larger, and hardly faster.
    @_semantics("optimize.sil.specialize.generic.never")
    mutating func encode<T: Encodable>(_ value: T) throws {
        if T.self == UInt8.self { return try scope.element(byte: same(value, UInt8.self)) }
        let index = scope.count
        try scope.beginElement()
        let mark = scope.buffer.writer.bytes.count
        do {
            try scope.nested(value, .index(index))
        } catch {
            scope.rollBack(to: mark)
            throw error
        }
    }

    mutating func nestedContainer<Nested: CodingKey>(
        keyedBy type: Nested.Type
    ) -> KeyedEncodingContainer<Nested> {
        later().container(keyedBy: type)
    }

    mutating func nestedUnkeyedContainer() -> any UnkeyedEncodingContainer {
        later().unkeyedContainer()
    }

    mutating func superEncoder() -> any Encoder {
        later()
    }

    private func later() -> EncodingScope {
        let index = scope.count
        scope.note { () throws(PayloadError) in try scope.beginElement() }
        return scope.later(.index(index))
    }
}
