// SPDX-License-Identifier: Apache-2.0

/// The one item that a value encodes itself as.
struct SingleItemEncoding: SingleValueEncodingContainer {
    let scope: EncodingScope

    var codingPath: [any CodingKey] { scope.codingPath }

    mutating func encodeNil() throws {
        try scope.beginValue()
        scope.buffer.writer.null()
    }

    // Not specialised: a copy for each number type would be larger, and hardly faster.
    @_semantics("optimize.sil.specialize.generic.never")
    mutating func encode<T: Encodable>(_ value: T) throws {
        try scope.beginValue()
        try scope.nested(value, .root)
    }
}
