// SPDX-License-Identifier: Apache-2.0

/// A number as it stands in a payload.
package enum Number: Sendable {
    case signed(Int64)
    case unsigned(UInt64)
    case float(Double)
}

extension ItemReader {
    /// Reads an integer; a floating-point number that is whole counts as one.
    @inline(__always)
    package mutating func integer<I: FixedWidthInteger>(_: I.Type) throws(PayloadError) -> I {
        let start = position
        let head = try item()
        if head.major == .unsigned {
            if let value = I(exactly: head.argument) { return value }
        } else if head.major == .negative && head.argument <= UInt64(Int64.max) {
            if let value = I(exactly: ~Int64(bitPattern: head.argument)) { return value }
        }
        position = start
        return try unusualInteger()
    }

    @inline(never)
    private mutating func unusualInteger<I: FixedWidthInteger>() throws(PayloadError) -> I {
        try anyNumber("an integer").integer()
    }

    /// Reads a number of any kind; `wanted` says which, for the words of the error.
    @inline(never)
    private mutating func anyNumber(_ wanted: String) throws(PayloadError) -> Number {
        let head = try item()
        guard let number = try number(after: head) else {
            throw .mismatch(wanted, found: head.description)
        }
        return number
    }

    /// Reads a floating-point number; integers are rounded to the nearest one.
    @inline(__always)
    package mutating func double() throws(PayloadError) -> Double {
        let head = try item()
        if head.major == .simple && head.info == 27 { return Double(bitPattern: head.argument) }
        guard let number = try number(after: head) else {
            throw .mismatch("a number", found: head.description)
        }
        return number.double
    }

    /// Reads a floating-point number of single precision, rounding; too large ones are refused.
    package mutating func float() throws(PayloadError) -> Float {
        let head = try item()
        if head.major == .simple && head.info == 26 {
            return Float(bitPattern: UInt32(truncatingIfNeeded: head.argument))
        }
        guard let number = try number(after: head) else {
            throw .mismatch("a number", found: head.description)
        }
        return try number.float()
    }

    /// Reads true or false.
    package mutating func bool() throws(PayloadError) -> Bool {
        let head = try item()
        guard head.major == .simple, head.info == 20 || head.info == 21 else {
            throw .mismatch("true or false", found: head.description)
        }
        return head.info == 21
    }

    /// Reads the number whose head was just read; nil if it is not a number.
    package mutating func number(after head: ItemHead) throws(PayloadError) -> Number? {
        switch head.major {
        case .unsigned:
            return Int64(exactly: head.argument).map(Number.signed) ?? .unsigned(head.argument)
        case .negative:
            guard head.argument <= UInt64(Int64.max) else { throw .integerTooLarge() }
            return .signed(~Int64(bitPattern: head.argument))
        case .tag where head.argument == 2 || head.argument == 3:
            return try bignum(isNegative: head.argument == 3)
        case .simple:
            switch head.info {
            case 25: return .float(HalfFloat.double(UInt16(truncatingIfNeeded: head.argument)))
            case 26:
                let bits = UInt32(truncatingIfNeeded: head.argument)
                return .float(Double(Float(bitPattern: bits)))
            case 27: return .float(Double(bitPattern: head.argument))
            default: return nil
            }
        default:
            return nil
        }
    }

    /// Reads the byte string of a bignum (RFC 8949, 3.4.3), as long as it fits 64 bits.
    private mutating func bignum(isNegative: Bool) throws(PayloadError) -> Number {
        let head = try self.head()
        guard head.major == .bytes else {
            throw .malformed("a bignum is not a byte string", at: position)
        }
        let digits = try byteString(after: head).drop { $0 == 0 }
        guard digits.count <= 8 else { throw .integerTooLarge() }
        let magnitude = digits.reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        if !isNegative {
            return Int64(exactly: magnitude).map(Number.signed) ?? .unsigned(magnitude)
        }
        guard magnitude <= UInt64(Int64.max) else { throw .integerTooLarge() }
        return .signed(~Int64(bitPattern: magnitude))
    }
}

extension Number {
    /// The number as an integer of a type, if nothing is lost.
    package func integer<I: FixedWidthInteger>() throws(PayloadError) -> I {
        let result: I?
        switch whole {
        case .signed(let value): result = I(exactly: value)
        case .unsigned(let value): result = I(exactly: value)
        case .float: result = nil
        }
        guard let result else { throw isNot(I.self) }
        return result
    }

    /// The number as one of the two integers, if it is whole and fits.
    private var whole: Number {
        guard case .float(let value) = self else { return self }
        return Int64(exactly: value).map(Number.signed)
            ?? UInt64(exactly: value).map(Number.unsigned) ?? self
    }

    @inline(never)
    private func isNot(_ type: Any.Type) -> PayloadError {
        PayloadError(.outOfRange, "\(description) is not an \(type)")
    }

    /// The number as the nearest double.
    package var double: Double {
        switch self {
        case .signed(let value): Double(value)
        case .unsigned(let value): Double(value)
        case .float(let value): value
        }
    }

    /// The number as the nearest one of single precision.
    package func float() throws(PayloadError) -> Float {
        let wide = double
        let result = Float(wide)
        if wide.isFinite && !result.isFinite {
            throw PayloadError(.outOfRange, "\(description) is too large for a Float")
        }
        return result
    }

    /// The number as text.
    package var description: String {
        switch self {
        case .signed(let value): "\(value)"
        case .unsigned(let value): "\(value)"
        case .float(let value): "\(value)"
        }
    }
}

extension PayloadError {
    @inline(never)
    static func integerTooLarge() -> PayloadError {
        PayloadError(.outOfRange, "there is an integer that does not fit 64 bits")
    }
}
