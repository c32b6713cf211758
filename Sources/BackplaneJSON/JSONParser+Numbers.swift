// SPDX-License-Identifier: Apache-2.0

import BackplanePayload

extension JSONParser {
    /// Reads a number: an integer if it is written as one, else a double.
    mutating func number() throws(JSONError) {
        let start = position
        let isNegative = take("-")
        let magnitude = try integerDigits(start)
        var isInteger = true
        if take(".") {
            isInteger = false
            try digits("expected a digit behind the point")
        }
        if take("e") || take("E") {
            isInteger = false
            if !take("+") { _ = take("-") }
            try digits("expected a digit in the exponent")
        }
        if isInteger {
            try integer(magnitude, isNegative: isNegative, at: start)
        } else {
            try double(start..<position)
        }
    }

    /// Reads the digits in front of the point; nil if they do not fit.
    private mutating func integerDigits(_ start: Int) throws(JSONError) -> UInt64? {
        let first = position
        var result: UInt64? = 0
        while let byte = peek(), let digit = JSONParser.digit(byte) {
            result = result.flatMap { value in
                let (high, overflow) = value.multipliedReportingOverflow(by: 10)
                let (sum, carry) = high.addingReportingOverflow(digit)
                return overflow || carry ? nil : sum
            }
            position += 1
        }
        guard position > first else { throw error("expected a digit") }
        if position > first + 1 && text[first] == UInt8(ascii: "0") {
            throw error("a number begins with a superfluous 0", at: start)
        }
        return result
    }

    private mutating func digits(_ expected: String) throws(JSONError) {
        let first = position
        while let byte = peek(), JSONParser.digit(byte) != nil { position += 1 }
        guard position > first else { throw error(expected) }
    }

    /// The value of a decimal digit; nil for other characters.
    static func digit(_ byte: UInt8) -> UInt64? {
        byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9")
            ? UInt64(byte - UInt8(ascii: "0")) : nil
    }

    private mutating func integer(
        _ magnitude: UInt64?, isNegative: Bool, at start: Int
    ) throws(JSONError) {
        if let magnitude {
            if !isNegative { return writer.integer(magnitude) }
            if magnitude <= UInt64(Int64.max) + 1 {
                return writer.integer(Int64(truncatingIfNeeded: 0 &- magnitude))
            }
        }
        throw error(
            "the integer does not fit 64 bits; write it with an exponent, or as a string",
            .outOfRange, at: start)
    }

    private mutating func double(_ range: Range<Int>) throws(JSONError) {
        var digits = ""
        for offset in range { digits.unicodeScalars.append(Unicode.Scalar(text[offset])) }
        guard let value = Double(digits), value.isFinite else {
            throw error("the number is too large for a double", .outOfRange, at: range.lowerBound)
        }
        writer.double(value)
    }
}
