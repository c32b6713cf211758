// SPDX-License-Identifier: Apache-2.0

/// The one item that a type decodes itself from.
struct SingleItemDecoding: SingleValueDecodingContainer {
    let decoder: ItemDecoder

    var codingPath: [any CodingKey] { decoder.codingPath }

    func decodeNil() -> Bool {
        let input = decoder.input
        var reader = ItemReader(input.bytes, at: decoder.offset)
        // What is not well-formed is not null either; reading it as something else will tell.
        return (try? reader.takeNull()) ?? false
    }

    func decode<T: Decodable>(_ type: T.Type) throws -> T {
        let input = decoder.input
        var reader = ItemReader(input.bytes, at: decoder.offset)
        return try decoder.value(type, with: &reader, .root)
    }
}
