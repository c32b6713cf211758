// SPDX-License-Identifier: Apache-2.0

import BackplanePayload

extension JSONPrinter {
    mutating func append(_ word: StaticString) {
        text.append(contentsOf: "\(word)".utf8)
    }

    /// Writes the number whose head was just read.
    mutating func number(_ head: ItemHead, _ reader: inout ItemReader) throws(PayloadError) {
        guard let number = try reader.number(after: head) else {
            throw .unexpected(head, at: reader.position)
        }
        if case .float(let value) = number, !value.isFinite {
            isRepresentable = false
            throw PayloadError(
                .unsupported,
                "JSON has no word for \(value): replace numbers that are not finite, by null say")
        }
        text.append(contentsOf: number.description.utf8)
    }

    /// Writes a string in quotes.
    mutating func string(_ value: String) {
        text.append(UInt8(ascii: "\""))
        for byte in value.utf8 {
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"):
                text.append(UInt8(ascii: "\\"))
                text.append(byte)
            case 0x0a: append("\\n")
            case 0x0d: append("\\r")
            case 0x09: append("\\t")
            case ..<0x20, 0x7f:
                append("\\u00")
                text.append(JSONPrinter.hexadecimal(byte >> 4))
                text.append(JSONPrinter.hexadecimal(byte & 15))
            default: text.append(byte)
            }
        }
        text.append(UInt8(ascii: "\""))
    }

    private static func hexadecimal(_ digit: UInt8) -> UInt8 {
        digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") + digit - 10
    }

    /// Writes bytes as a string in base64url without padding (RFC 4648, section 5).
    mutating func base64(_ bytes: [UInt8]) {
        text.append(UInt8(ascii: "\""))
        var bits: UInt32 = 0
        var held = 0
        for byte in bytes {
            bits = bits << 8 | UInt32(byte)
            held += 8
            while held >= 6 {
                held -= 6
                text.append(JSONPrinter.base64Digit(bits >> UInt32(held) & 63))
            }
        }
        if held > 0 { text.append(JSONPrinter.base64Digit(bits << UInt32(6 - held) & 63)) }
        text.append(UInt8(ascii: "\""))
    }

    private static func base64Digit(_ value: UInt32) -> UInt8 {
        let value = UInt8(truncatingIfNeeded: value)
        switch value {
        case ..<26: return UInt8(ascii: "A") + value
        case ..<52: return UInt8(ascii: "a") + value - 26
        case ..<62: return UInt8(ascii: "0") + value - 52
        case 62: return UInt8(ascii: "-")
        default: return UInt8(ascii: "_")
        }
    }
}
