// SPDX-License-Identifier: Apache-2.0

import BackplanePayload

/// Reads JSON text and writes what it says as a payload.
struct JSONParser: ~Escapable {
    let text: Span<UInt8>
    var position = 0
    var writer = ItemWriter()

    @_lifetime(copy text)
    init(_ text: Span<UInt8>) {
        self.text = text
    }

    /// Reads the one value that the text is.
    mutating func document() throws(JSONError) -> [UInt8] {
        // A byte order mark may be ignored (RFC 8259, 8.1).
        if text.count >= 3 && text[0] == 0xef && text[1] == 0xbb && text[2] == 0xbf { position = 3 }
        skipSpace()
        if position == text.count { throw error("there is no value") }
        try value(depth: 0)
        skipSpace()
        guard position == text.count else { throw error("something follows the value") }
        return writer.bytes
    }

    private mutating func value(depth: Int) throws(JSONError) {
        switch peek() {
        case UInt8(ascii: "{"): try object(depth: depth + 1)
        case UInt8(ascii: "["): try array(depth: depth + 1)
        case UInt8(ascii: "\""): writer.text(try string())
        case UInt8(ascii: "t"):
            try literal("true")
            writer.bool(true)
        case UInt8(ascii: "f"):
            try literal("false")
            writer.bool(false)
        case UInt8(ascii: "n"):
            try literal("null")
            writer.null()
        case nil: throw error("the text ends where a value is expected")
        case UInt8(ascii: "-"): try number()
        case let byte? where JSONParser.digit(byte) != nil: try number()
        default: throw error("expected a value")
        }
    }

    private mutating func array(depth: Int) throws(JSONError) {
        try checkDepth(depth)
        position += 1
        let start = writer.openContainer()
        var count = 0
        skipSpace()
        if !take("]") {
            repeat {
                skipSpace()
                try value(depth: depth)
                count += 1
                skipSpace()
            } while take(",")
            guard take("]") else { throw error("expected ',' or ']'") }
        }
        writer.closeContainer(start, .array, count: count)
    }

    private mutating func object(depth: Int) throws(JSONError) {
        try checkDepth(depth)
        position += 1
        let start = writer.openContainer()
        var keys: Set<ExactString> = []
        skipSpace()
        if !take("}") {
            repeat {
                skipSpace()
                guard peek() == UInt8(ascii: "\"") else { throw error("expected a key in quotes") }
                let place = position
                let key = try string()
                guard keys.insert(ExactString(key)).inserted else {
                    throw error("the key '\(key)' occurs twice", at: place)
                }
                writer.text(key)
                skipSpace()
                guard take(":") else { throw error("expected ':'") }
                skipSpace()
                try value(depth: depth)
                skipSpace()
            } while take(",")
            guard take("}") else { throw error("expected ',' or '}'") }
        }
        writer.closeContainer(start, .map, count: keys.count)
    }

    private func checkDepth(_ depth: Int) throws(JSONError) {
        guard depth <= CBOR.maximumDepth else {
            throw error("values are nested deeper than \(CBOR.maximumDepth) levels", .tooDeep)
        }
    }

    private mutating func literal(_ word: StaticString) throws(JSONError) {
        let start = position
        for byte in "\(word)".utf8 {
            guard peek() == byte else { throw error("expected \(word)", at: start) }
            position += 1
        }
    }
}

extension JSONParser {
    /// The next byte, left where it is; nil at the end.
    func peek() -> UInt8? {
        position < text.count ? text[position] : nil
    }

    /// Takes a character if it is next.
    mutating func take(_ character: Unicode.Scalar) -> Bool {
        guard peek() == UInt8(ascii: character) else { return false }
        position += 1
        return true
    }

    private mutating func skipSpace() {
        while let byte = peek(), byte == 0x20 || byte == 0x0a || byte == 0x0d || byte == 0x09 {
            position += 1
        }
    }

    /// Makes an error that names the place.
    func error(
        _ what: String, _ code: JSONError.Code = .syntax, at place: Int? = nil
    ) -> JSONError {
        var line = 1
        var column = 1
        for offset in 0..<min(place ?? position, text.count) {
            if text[offset] == 0x0a {
                line += 1
                column = 1
            } else if text[offset] & 0xc0 != 0x80 {
                column += 1
            }
        }
        return JSONError(code, what, at: JSONError.Position(line: line, column: column))
    }
}
