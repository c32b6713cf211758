// SPDX-License-Identifier: Apache-2.0

public import BackplanePayload

/// Turns JSON text (RFC 8259) into payloads and back: JSON is spoken at the host's edges only.
///
/// | JSON | payload |
/// |---|---|
/// | a number without fraction and exponent | an integer, exact, from `Int64.min` to `UInt64.max` |
/// | any other number | the nearest double; beyond its range is an error |
/// | an object | a map in the same order; a key that occurs twice is an error |
/// | a string | text; escaped halves of a surrogate pair are an error |
///
/// | payload | JSON |
/// |---|---|
/// | bytes | a string, base64url without padding |
/// | a number that is not finite | an error that says so |
/// | a typed array | an array of numbers |
/// | a map | an object in the same order |
public enum JSON {
    /// Turns the UTF-8 of one JSON value into a payload.
    public static func payload(from text: [UInt8]) throws(JSONError) -> [UInt8] {
        try payload(from: text.span)
    }

    /// Turns the UTF-8 of one JSON value, borrowed, into a payload.
    public static func payload(from text: Span<UInt8>) throws(JSONError) -> [UInt8] {
        var parser = JSONParser(text)
        return try parser.document()
    }

    /// Turns one JSON value into a payload.
    public static func payload(from text: String) throws(JSONError) -> [UInt8] {
        try payload(from: text.utf8.span)
    }

    /// Turns a payload into JSON text: one line, or indented by two spaces if it is to be pretty.
    public static func text(
        from payload: [UInt8], pretty: Bool = false
    ) throws(JSONError) -> String {
        try text(from: payload.span, pretty: pretty)
    }

    /// Turns a borrowed payload into JSON text.
    public static func text(
        from payload: Span<UInt8>, pretty: Bool = false
    ) throws(JSONError) -> String {
        var printer = JSONPrinter(pretty: pretty)
        return try printer.document(payload)
    }

    /// Reads one JSON value.
    public static func parse(_ text: String) throws(JSONError) -> Value {
        try value(of: try payload(from: text))
    }

    /// Reads one JSON value from UTF-8.
    public static func parse(_ text: [UInt8]) throws(JSONError) -> Value {
        try value(of: try payload(from: text))
    }

    /// Writes a value as JSON text; the entries of maps by the length, then the bytes of their keys.
    public static func print(_ value: Value, pretty: Bool = false) throws(JSONError) -> String {
        let payload: [UInt8]
        do throws(PayloadError) {
            payload = try CBOR.encode(value)
        } catch {
            throw JSONError(payload: error)
        }
        return try text(from: payload, pretty: pretty)
    }

    private static func value(of payload: [UInt8]) throws(JSONError) -> Value {
        do throws(PayloadError) {
            return try CBOR.decode(Value.self, from: payload)
        } catch {
            throw JSONError(payload: error)
        }
    }
}

extension JSONError {
    /// Makes an error of one of a payload.
    init(payload error: PayloadError) {
        self.init(error.code == .tooDeep ? .tooDeep : .payload, error.message)
    }
}
