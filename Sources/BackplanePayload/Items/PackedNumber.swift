// SPDX-License-Identifier: Apache-2.0

/// A number of which arrays have a form of their own in payloads.
///
/// | array of | is written as |
/// |---|---|
/// | `UInt8` | a byte string |
/// | `Int8`…`Int64`, `UInt16`…`UInt64`, `Float`, `Double` | a typed array (RFC 8746) |
/// | `Int`, `UInt` | an array of integers: identifiers and counts are mostly small |
///
/// All are read from any of the three. Typed arrays are little-endian, as the machines are.
package protocol PackedNumber: BitwiseCopyable {
    /// How one lies in memory.
    static var layout: NumberLayout { get }
    /// False if arrays of it are written as items.
    static var isPacked: Bool { get }
    /// Reads one as an item.
    static func read(from reader: inout ItemReader) throws(PayloadError) -> Self
    /// Converts one; nothing but precision may be lost.
    static func convert(_ number: Number) throws(PayloadError) -> Self
    /// Appends one as an item of at most 9 bytes.
    func write(to span: inout OutputSpan<UInt8>)
}

extension PackedNumber {
    package static var isPacked: Bool { true }
}

extension PackedNumber where Self: FixedWidthInteger {
    package static var layout: NumberLayout {
        .native(isSigned ? .signed : .unsigned, size: MemoryLayout<Self>.size)
    }

    @inline(__always)
    package static func read(from reader: inout ItemReader) throws(PayloadError) -> Self {
        try reader.integer(Self.self)
    }

    @inline(__always)
    package static func convert(_ number: Number) throws(PayloadError) -> Self {
        try number.integer()
    }

    @inline(__always)
    package func write(to span: inout OutputSpan<UInt8>) {
        span.appendInteger(self)
    }
}

extension Int8: PackedNumber {}
extension Int16: PackedNumber {}
extension Int32: PackedNumber {}
extension Int64: PackedNumber {}
extension UInt8: PackedNumber {}
extension UInt16: PackedNumber {}
extension UInt32: PackedNumber {}
extension UInt64: PackedNumber {}

extension Int: PackedNumber {
    package static var isPacked: Bool { false }
}

extension UInt: PackedNumber {
    package static var isPacked: Bool { false }
}

extension Double: PackedNumber {
    package static var layout: NumberLayout { .native(.float, size: 8) }

    package static func read(from reader: inout ItemReader) throws(PayloadError) -> Double {
        try reader.double()
    }

    package static func convert(_ number: Number) throws(PayloadError) -> Double {
        number.double
    }

    package func write(to span: inout OutputSpan<UInt8>) {
        span.appendDouble(self)
    }
}

extension Float: PackedNumber {
    package static var layout: NumberLayout { .native(.float, size: 4) }

    package static func read(from reader: inout ItemReader) throws(PayloadError) -> Float {
        try reader.float()
    }

    package static func convert(_ number: Number) throws(PayloadError) -> Float {
        try number.float()
    }

    package func write(to span: inout OutputSpan<UInt8>) {
        span.appendFloat(self)
    }
}
