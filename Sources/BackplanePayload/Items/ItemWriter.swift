// SPDX-License-Identifier: Apache-2.0

/// Appends CBOR items (RFC 8949) to bytes, each in its shortest form.
///
/// Floating-point numbers take 2, 4 or 8 bytes, the fewest that lose nothing; integers stay
/// integers and floating-point numbers stay what they are, also when they are whole.
package struct ItemWriter: Sendable {
    /// What was written so far.
    package var bytes: [UInt8]

    /// Makes a writer that has written nothing, with room for so many bytes.
    package init(capacity: Int = 0) {
        bytes = []
        bytes.reserveCapacity(capacity)
    }

    /// Makes a writer that has written nothing, to memory which is there.
    package init(in memory: consuming [UInt8]) {
        bytes = memory
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
        bytes.append(addingCapacity: 9) { (span: inout OutputSpan<UInt8>) in
            span.appendHead(major, argument)
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
        let wide = Int64(truncatingIfNeeded: value)
        if I.isSigned && wide < 0 {
            head(.negative, UInt64(bitPattern: ~wide))
        } else {
            head(.unsigned, UInt64(truncatingIfNeeded: value))
        }
    }

    /// Appends true or false.
    package mutating func bool(_ value: Bool) {
        bytes.append(value ? 0xf5 : 0xf4)
    }

    /// Appends null.
    package mutating func null() {
        bytes.append(0xf6)
    }

    /// Appends a floating-point number.
    package mutating func double(_ value: Double) {
        bytes.append(addingCapacity: 9) { (span: inout OutputSpan<UInt8>) in
            span.appendDouble(value)
        }
    }

    /// Appends a floating-point number of single precision.
    package mutating func float(_ value: Float) {
        bytes.append(addingCapacity: 9) { (span: inout OutputSpan<UInt8>) in
            span.appendFloat(value)
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
        bytes.append(from: value.span)
    }
}
