// SPDX-License-Identifier: Apache-2.0

/// Appends CBOR items (RFC 8949) to bytes, each in its shortest form.
///
/// Floating-point numbers take 2, 4 or 8 bytes, the fewest that lose nothing; integers stay
/// integers and floating-point numbers stay what they are, also when they are whole.
package struct ItemWriter: Sendable {
    /// What was written so far.
    package var bytes: [UInt8]

    /// Makes a writer that has written nothing, or goes on after something.
    package init(_ bytes: [UInt8] = []) {
        self.bytes = bytes
    }

    /// Appends a head.
    @inline(__always)
    package mutating func head(_ major: MajorType, _ argument: UInt64) {
        if argument < 24 {
            bytes.append(major.rawValue << 5 | UInt8(truncatingIfNeeded: argument))
        } else {
            longHead(major, argument)
        }
    }

    private mutating func longHead(_ major: MajorType, _ argument: UInt64) {
        let initial = major.rawValue << 5
        if argument <= 0xff {
            fixed(initial | 24, argument, bytes: 1)
        } else if argument <= 0xffff {
            fixed(initial | 25, argument, bytes: 2)
        } else if argument <= 0xffff_ffff {
            fixed(initial | 26, argument, bytes: 4)
        } else {
            fixed(initial | 27, argument, bytes: 8)
        }
    }

    /// Appends an initial byte and a big-endian argument.
    @inline(__always)
    private mutating func fixed(_ initial: UInt8, _ argument: UInt64, bytes count: Int) {
        bytes.append(addingCapacity: 9) { (span: inout OutputSpan<UInt8>) in
            span.append(initial)
            for index in 1...count {
                span.append(UInt8(truncatingIfNeeded: argument >> UInt64((count - index) * 8)))
            }
        }
    }

    /// How many bytes a head takes.
    static func headSize(_ argument: UInt64) -> Int {
        switch argument {
        case ..<24: 1
        case ...0xff: 2
        case ...0xffff: 3
        case ...0xffff_ffff: 5
        default: 9
        }
    }

    /// Appends an integer.
    @inline(__always)
    package mutating func integer<I: FixedWidthInteger>(_ value: I) {
        if I.isSigned {
            let wide = Int64(truncatingIfNeeded: value)
            if wide < 0 {
                return head(.negative, UInt64(bitPattern: ~wide))
            }
        }
        head(.unsigned, UInt64(truncatingIfNeeded: value))
    }

    /// Appends true or false.
    package mutating func bool(_ value: Bool) {
        bytes.append(value ? 0xf5 : 0xf4)
    }

    /// Appends null.
    package mutating func null() {
        bytes.append(0xf6)
    }

    /// Appends a floating-point number; every NaN is written as the same one.
    package mutating func double(_ value: Double) {
        let single = Float(value)
        if Double(single) == value || value.isNaN {
            float(single)
        } else {
            fixed(0xfb, value.bitPattern, bytes: 8)
        }
    }

    /// Appends a floating-point number of single precision.
    package mutating func float(_ value: Float) {
        if value.isNaN {
            fixed(0xf9, 0x7e00, bytes: 2)
        } else if let half = HalfFloat.exactly(value) {
            fixed(0xf9, UInt64(half), bytes: 2)
        } else {
            fixed(0xfa, UInt64(value.bitPattern), bytes: 4)
        }
    }

    /// Appends text.
    package mutating func text(_ value: String) {
        let utf8 = value.utf8
        head(.text, UInt64(utf8.count))
        bytes.append(contentsOf: utf8)
    }

    /// Appends a byte string.
    package mutating func byteString(_ value: [UInt8]) {
        head(.bytes, UInt64(value.count))
        bytes.append(contentsOf: value)
    }

    /// Appends borrowed bytes as a byte string.
    package mutating func byteString(copying value: Span<UInt8>) {
        head(.bytes, UInt64(value.count))
        bytes.append(from: value)
    }

    /// Appends items that are encoded already.
    package mutating func raw(_ items: Span<UInt8>) {
        bytes.append(from: items)
    }
}
