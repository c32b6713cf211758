// SPDX-License-Identifier: Apache-2.0

package import BackplanePayload

/// What crosses the boundary, in and out, with errors in the SDK's words.
package enum Wire {
    /// The payload that says nothing.
    package static let null: [UInt8] = [0xf6]

    /// A map with nothing in it.
    static let emptyMap: [UInt8] = [0xa0]

    /// Encodes `value`; `what` says what it is when that fails.
    package static func encode<T: Encodable>(
        _ value: T, what: StaticString = "value"
    ) throws(BackplaneError) -> [UInt8] {
        do {
            return try CBOR.encode(value)
        } catch {
            throw unencodable(what, error)
        }
    }

    /// Encodes `value` as ``encode(_:what:)`` does; `Bytes` that were built for it stay in place.
    ///
    /// - Parameter memory: See `CBOR.encodeBytes`.
    package static func encodeBytes<T: Encodable>(
        _ value: T, what: StaticString = "value", in memory: @autoclosure () -> [UInt8] = []
    ) throws(BackplaneError) -> Bytes {
        do {
            return try CBOR.encodeBytes(value, in: memory())
        } catch {
            throw unencodable(what, error)
        }
    }

    /// Encodes the result of a method.
    @Sendable
    package static func encodeResult<T: Encodable>(_ result: T) throws(BackplaneError) -> Bytes {
        try encodeBytes(result, what: "result", in: EncodingMemory.take())
    }

    /// Encodes the result of a method that returns nothing.
    @Sendable
    package static func encodeNothing(_ result: Void) -> Bytes { Bytes(null) }

    package static func decode<T: Decodable>(
        _ type: T.Type, from payload: Bytes, what: String
    ) throws(BackplaneError) -> T {
        do {
            return try CBOR.decode(type, from: payload)
        } catch {
            throw BackplaneError(
                .invalidArgument, "the \(what) cannot be read as \(T.self): \(error.message)")
        }
    }

    /// Decodes the result of a call.
    ///
    /// It fits its method, so a misfit is between two plugins.
    package static func decodeResult<T: Decodable>(
        _ type: T.Type, from payload: Bytes
    ) throws(BackplaneError) -> T {
        do {
            return try CBOR.decode(type, from: payload)
        } catch {
            throw unreadable(type, error)
        }
    }

    /// Decodes the result of a call where it is lent.
    static func decodeResult<T: Decodable>(
        _ type: T.Type, from payload: Span<UInt8>
    ) throws(BackplaneError) -> T {
        do {
            return try CBOR.decode(type, from: payload)
        } catch {
            throw unreadable(type, error)
        }
    }

    // Errors are put in words in one place: each plugin has a copy of what is inlined.

    @inline(never)
    private static func refusal(_ error: any Error) -> BackplaneError {
        BackplaneError(.invalidArgument, "an argument cannot be encoded: \(error)")
    }

    @inline(never)
    private static func unencodable(_ what: StaticString, _ error: PayloadError) -> BackplaneError {
        BackplaneError(.invalidArgument, "the \(what) cannot be encoded: \(error.message)")
    }

    @inline(never)
    private static func unreadable(_ type: Any.Type, _ error: PayloadError) -> BackplaneError {
        BackplaneError(.incompatible, "the result cannot be read as \(type): \(error.message)")
    }

    /// Reads the details of an error.
    ///
    /// What cannot be read is left out: the error itself matters.
    package static func details(_ payload: Bytes) -> Value? {
        guard !payload.isEmpty, payload != Bytes(null) else { return nil }
        return try? CBOR.decode(Value.self, from: payload)
    }

    /// Encodes arguments by position.
    package static func arguments<each A: Encodable>(
        _ values: repeat each A
    ) throws(BackplaneError) -> Bytes {
        var writer = ArgumentWriter()
        try write(repeat each values, to: &writer)
        return writer.finishBytes()
    }

    /// Encodes arguments by position, one after the other.
    static func write<each A: Encodable>(
        _ values: repeat each A, to writer: inout ArgumentWriter
    ) throws(BackplaneError) {
        do {
            repeat try writer.append(each values)
        } catch {
            throw refusal(error)
        }
    }

    /// Encodes arguments by name: the head of a map, then each name and its value.
    package static func arguments(
        named values: KeyValuePairs<String, any Encodable & Sendable>
    ) throws(BackplaneError) -> Bytes {
        var payload = head(major: 5, count: values.count)
        for (name, value) in values {
            payload += try encode(name)
            payload += try encode(value, what: "argument")
        }
        return Bytes(payload)
    }

    /// The first bytes of a CBOR item: its major type and its length.
    private static func head(major: UInt8, count: Int) -> [UInt8] {
        switch count {
        case ..<24: [major << 5 | UInt8(count)]
        case ..<256: [major << 5 | 24, UInt8(count)]
        case ..<65536: [major << 5 | 25, UInt8(count >> 8), UInt8(count & 0xff)]
        default:
            [major << 5 | 27]
                + (0..<8).reversed().map { UInt8(truncatingIfNeeded: count >> (8 * $0)) }
        }
    }
}
