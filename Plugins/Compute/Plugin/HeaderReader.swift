// SPDX-License-Identifier: Apache-2.0

/// Reads the JSON of a safetensors header, which knows strings, whole numbers and objects of them.
///
/// Every step checks that it is within the bytes. What JSON could say besides is refused.
struct HeaderReader {
    private let bytes: [UInt8]
    private var position = 0

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
    }

    /// Reads an object: `entry` reads the value of each key.
    mutating func object(
        _ entry: (inout HeaderReader, String) throws(ComputeError) -> Void
    ) throws(ComputeError) {
        try list("{", "}") { (reader) throws(ComputeError) in
            let key = try reader.string()
            try reader.expect(":")
            try entry(&reader, key)
        }
    }

    /// Reads an array of whole numbers.
    mutating func numbers() throws(ComputeError) -> [Int] {
        var numbers: [Int] = []
        try list("[", "]") { (reader) throws(ComputeError) in
            numbers.append(try reader.number())
        }
        return numbers
    }

    /// Reads a string.
    mutating func string() throws(ComputeError) -> String {
        try expect("\"")
        var text: [UInt8] = []
        while true {
            guard let byte = next() else { throw error("an open string") }
            if byte == UInt8(ascii: "\"") { break }
            guard byte >= 0x20 else { throw error("a control character in a string") }
            if byte == UInt8(ascii: "\\") {
                text += try escape()
            } else {
                text.append(byte)
            }
        }
        guard let string = String(validating: text, as: UTF8.self) else {
            throw error("a string that is not UTF-8")
        }
        return string
    }

    /// Reads `null`, if that is next.
    mutating func takeNull() -> Bool {
        skipSpace()
        guard bytes[position...].starts(with: "null".utf8) else { return false }
        position += 4
        return true
    }

    /// Checks that nothing but space is left.
    mutating func end() throws(ComputeError) {
        skipSpace()
        guard position == bytes.count else { throw error("something after the object") }
    }

    /// What is wrong, and where.
    func error(_ what: String) -> ComputeError {
        ComputeError("the header cannot be read: \(what) at byte \(position)")
    }

    private mutating func list(
        _ open: Unicode.Scalar, _ close: Unicode.Scalar,
        _ element: (inout HeaderReader) throws(ComputeError) -> Void
    ) throws(ComputeError) {
        try expect(open)
        if take(close) { return }
        repeat { try element(&self) } while take(",")
        try expect(close)
    }

    private mutating func number() throws(ComputeError) -> Int {
        skipSpace()
        let start = position
        var number = 0
        while position < bytes.count, let digit = Int(decimal: bytes[position]) {
            let (ten, overflow) = number.multipliedReportingOverflow(by: 10)
            let (sum, carry) = ten.addingReportingOverflow(digit)
            guard !overflow, !carry else { throw error("a number that is too large") }
            number = sum
            position += 1
        }
        let count = position - start
        guard count == 1 || (count > 1 && bytes[start] != UInt8(ascii: "0")) else {
            throw error("no whole number")
        }
        return number
    }

    /// What stands behind a backslash, in UTF-8.
    private mutating func escape() throws(ComputeError) -> [UInt8] {
        switch next() {
        case UInt8(ascii: "\""): return [0x22]
        case UInt8(ascii: "\\"): return [0x5c]
        case UInt8(ascii: "/"): return [0x2f]
        case UInt8(ascii: "b"): return [0x08]
        case UInt8(ascii: "f"): return [0x0c]
        case UInt8(ascii: "n"): return [0x0a]
        case UInt8(ascii: "r"): return [0x0d]
        case UInt8(ascii: "t"): return [0x09]
        case UInt8(ascii: "u"): return Array(String(try scalar()).utf8)
        default: throw error("an unknown escape")
        }
    }

    /// The character of `\u` and four digits, or of two of them that belong together.
    private mutating func scalar() throws(ComputeError) -> Unicode.Scalar {
        var code = try hexadecimal()
        if 0xd800..<0xdc00 ~= code, next() == UInt8(ascii: "\\"), next() == UInt8(ascii: "u") {
            let low = try hexadecimal()
            guard 0xdc00..<0xe000 ~= low else { throw error("half a character") }
            code = 0x10000 + ((code - 0xd800) << 10) + (low - 0xdc00)
        }
        guard let scalar = Unicode.Scalar(code) else { throw error("half a character") }
        return scalar
    }

    private mutating func hexadecimal() throws(ComputeError) -> UInt32 {
        var code: UInt32 = 0
        for _ in 0..<4 {
            guard let digit = next().flatMap({ Character(Unicode.Scalar($0)).hexDigitValue }) else {
                throw error("no hexadecimal digit")
            }
            code = code << 4 | UInt32(digit)
        }
        return code
    }

    private mutating func next() -> UInt8? {
        guard position < bytes.count else { return nil }
        position += 1
        return bytes[position - 1]
    }

    private mutating func skipSpace() {
        while position < bytes.count {
            switch bytes[position] {
            case 0x20, 0x09, 0x0a, 0x0d: position += 1
            default: return
            }
        }
    }

    private mutating func take(_ character: Unicode.Scalar) -> Bool {
        skipSpace()
        guard position < bytes.count, bytes[position] == UInt8(ascii: character) else {
            return false
        }
        position += 1
        return true
    }

    private mutating func expect(_ character: Unicode.Scalar) throws(ComputeError) {
        guard take(character) else { throw error("no \(character)") }
    }
}

extension Int {
    /// The value of a decimal digit in ASCII.
    fileprivate init?(decimal byte: UInt8) {
        guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) else { return nil }
        self = Int(byte - UInt8(ascii: "0"))
    }
}
