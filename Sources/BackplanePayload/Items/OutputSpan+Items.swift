// SPDX-License-Identifier: Apache-2.0

extension OutputSpan<UInt8> {
    /// Appends a head of at most 9 bytes; there is to be room for it.
    @inline(__always)
    mutating func appendHead(_ major: MajorType, _ argument: UInt64) {
        let initial = major.rawValue << 5
        if argument < 24 {
            append(initial | UInt8(truncatingIfNeeded: argument))
        } else if argument <= 0xff {
            append(initial | 24, argument, bytes: 1)
        } else if argument <= 0xffff {
            append(initial | 25, argument, bytes: 2)
        } else if argument <= 0xffff_ffff {
            append(initial | 26, argument, bytes: 4)
        } else {
            append(initial | 27, argument, bytes: 8)
        }
    }

    /// Appends a first byte and a big-endian number.
    @inline(__always)
    mutating func append(_ initial: UInt8, _ number: UInt64, bytes count: Int) {
        append(initial)
        for index in 1...count {
            append(UInt8(truncatingIfNeeded: number >> UInt64((count - index) * 8)))
        }
    }

    /// Appends an integer.
    @inline(__always)
    mutating func appendInteger<I: FixedWidthInteger>(_ value: I) {
        let wide = Int64(truncatingIfNeeded: value)
        if I.isSigned && wide < 0 {
            appendHead(.negative, UInt64(bitPattern: ~wide))
        } else {
            appendHead(.unsigned, UInt64(truncatingIfNeeded: value))
        }
    }

    /// Appends a floating-point number in the fewest bytes that lose nothing.
    @inline(__always)
    mutating func appendDouble(_ value: Double) {
        let single = Float(value)
        if Double(single) == value || value.isNaN {
            appendFloat(single)
        } else {
            append(0xfb, value.bitPattern, bytes: 8)
        }
    }

    /// Appends a floating-point number of single precision; every NaN as the same one.
    @inline(__always)
    mutating func appendFloat(_ value: Float) {
        if value.isNaN {
            append(0xf9, 0x7e00, bytes: 2)
        } else if let half = HalfFloat.exactly(value) {
            append(0xf9, UInt64(half), bytes: 2)
        } else {
            append(0xfa, UInt64(value.bitPattern), bytes: 4)
        }
    }
}
