// SPDX-License-Identifier: Apache-2.0

extension JSONParser {
    /// Reads a string in quotes.
    mutating func string() throws(JSONError) -> String {
        let opening = position
        position += 1
        let start = position
        while let byte = peek() {
            if byte == UInt8(ascii: "\"") {
                let result = try plain(start..<position)
                position += 1
                return result
            }
            if byte == UInt8(ascii: "\\") { return try escaped(from: start, opening) }
            if byte < 0x20 { throw error("a control character in a string is to be escaped") }
            position += 1
        }
        throw error("the string that begins here has no end", at: opening)
    }

    /// Reads the rest of a string that holds an escape.
    private mutating func escaped(from start: Int, _ opening: Int) throws(JSONError) -> String {
        var result = try plain(start..<position)
        var run = position
        while let byte = peek() {
            switch byte {
            case UInt8(ascii: "\""):
                result += try plain(run..<position)
                position += 1
                return result
            case UInt8(ascii: "\\"):
                result += try plain(run..<position)
                result.unicodeScalars.append(try escape())
                run = position
            case ..<0x20:
                throw error("a control character in a string is to be escaped")
            default:
                position += 1
            }
        }
        throw error("the string that begins here has no end", at: opening)
    }

    /// The text between escapes, checked to be UTF-8.
    private func plain(_ range: Range<Int>) throws(JSONError) -> String {
        do {
            return String(copying: try UTF8Span(validating: text.extracting(range)))
        } catch {
            throw self.error("a string is not valid UTF-8", at: range.lowerBound)
        }
    }

    private mutating func escape() throws(JSONError) -> Unicode.Scalar {
        let start = position
        position += 1
        let letter = peek()
        position += 1
        switch letter {
        case UInt8(ascii: "\""): return "\""
        case UInt8(ascii: "\\"): return "\\"
        case UInt8(ascii: "/"): return "/"
        case UInt8(ascii: "b"): return "\u{8}"
        case UInt8(ascii: "f"): return "\u{c}"
        case UInt8(ascii: "n"): return "\n"
        case UInt8(ascii: "r"): return "\r"
        case UInt8(ascii: "t"): return "\t"
        case UInt8(ascii: "u"): return try unicodeEscape(start)
        default: throw error("there is no such escape", at: start)
        }
    }

    private mutating func unicodeEscape(_ start: Int) throws(JSONError) -> Unicode.Scalar {
        let first = try hexadecimal(start)
        if let scalar = Unicode.Scalar(first) { return scalar }
        guard first < 0xdc00, take("\\"), take("u") else {
            throw error("half of a surrogate pair stands alone", at: start)
        }
        let second = try hexadecimal(start)
        guard second >= 0xdc00, second < 0xe000,
            let scalar = Unicode.Scalar(0x10000 + (first - 0xd800) << 10 + (second - 0xdc00))
        else { throw error("half of a surrogate pair stands alone", at: start) }
        return scalar
    }

    private mutating func hexadecimal(_ start: Int) throws(JSONError) -> UInt32 {
        var result: UInt32 = 0
        for _ in 0..<4 {
            guard let byte = peek(), let digit = Character(Unicode.Scalar(byte)).hexDigitValue
            else { throw error("expected four hexadecimal digits", at: start) }
            result = result << 4 | UInt32(digit)
            position += 1
        }
        return result
    }
}
