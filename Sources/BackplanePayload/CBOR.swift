// SPDX-License-Identifier: Apache-2.0

/// Encodes values as payloads and decodes them: one CBOR item each (RFC 8949).
///
/// Integers, floating-point numbers and strings take their shortest form. Arrays of `Double`,
/// `Float` and integers of fixed width are typed arrays (RFC 8746), `[UInt8]` and Foundation's
/// `Data` are byte strings, everything else is what its `Codable` conformance makes of it, with
/// maps keyed by strings.
///
/// Decoding is made for bytes from anywhere: depth, lengths and counts are checked before they
/// are used, keys that occur twice, invalid UTF-8 and numbers that do not fit are refused, and no
/// bytes can make it trap. Numbers convert as long as only precision is lost. Tags without
/// meaning here are unwrapped.
public enum CBOR {
    /// How deep arrays, maps and `Codable` values may be nested, when encoding and when decoding.
    ///
    /// So deep a value takes up to 512 KiB of stack in an optimised build, 2 MiB in another.
    public static var maximumDepth: Int { 512 }

    /// Encodes a value as a payload.
    ///
    /// - Throws: An error that names the place within the value.
    public static func encode<T: Encodable>(_ value: T) throws(PayloadError) -> [UInt8] {
        var writer = ItemWriter(capacity: 64)
        try encode(value, to: &writer)
        return writer.bytes
    }

    /// Decodes a payload that is borrowed; nothing is copied but into the value.
    ///
    /// No bytes at all mean null.
    ///
    /// - Throws: An error that names the place within the payload.
    public static func decode<T: Decodable>(
        _ type: T.Type, from bytes: Span<UInt8>
    ) throws(PayloadError) -> T {
        if bytes.isEmpty { return try decode(type, from: [0xf6]) }
        var reader = ItemReader(bytes)
        let value = try decode(type, with: &reader)
        try reader.expectEnd()
        return value
    }

    /// Decodes a payload; no bytes at all mean null.
    ///
    /// - Throws: An error that names the place within the payload.
    public static func decode<T: Decodable>(
        _ type: T.Type, from bytes: [UInt8]
    ) throws(PayloadError) -> T {
        try decode(type, from: bytes.span)
    }

    /// Appends a value as one item.
    static func encode<T: Encodable>(
        _ value: T, to writer: inout ItemWriter
    ) throws(PayloadError) {
        let known = KnownType(T.self)
        if known != .none {
            try writer.write(known, value, depth: 0)
        } else {
            try EncodingScope.encode(value, to: &writer)
        }
    }

    /// Reads a value from one item.
    @inline(__always)
    static func decode<T: Decodable>(
        _ type: T.Type, with reader: inout ItemReader
    ) throws(PayloadError) -> T {
        let known = KnownType(type)
        if known != .none { return try reader.read(known, as: type, depth: 0) }
        return try ItemDecoder.decode(type, with: &reader)
    }
}
