// SPDX-License-Identifier: Apache-2.0

/// How the numbers of a typed array lie in its bytes (RFC 8746, section 2).
///
/// The tag is `0b010_f_s_e_ll`: f floating-point, s signed, e little-endian, ll the size.
package struct NumberLayout: Sendable, Hashable {
    enum Kind: Sendable { case unsigned, signed, float }

    let kind: Kind
    /// Bytes per number: 1, 2, 4, 8.
    package let size: Int
    let isLittleEndian: Bool

    /// Plain bytes.
    package static let bytes = NumberLayout(kind: .unsigned, size: 1, isLittleEndian: true)

    /// True for the tags 64…87.
    @inline(__always)
    static func isTypedArray(_ tag: UInt64) -> Bool {
        tag >= 64 && tag <= 87
    }

    /// The layout of this kind that this machine has in memory.
    static func native(_ kind: Kind, size: Int) -> NumberLayout {
        let isLittleEndian = size == 1 || UInt16(1).littleEndian == 1
        return NumberLayout(kind: kind, size: size, isLittleEndian: isLittleEndian)
    }

    init(kind: Kind, size: Int, isLittleEndian: Bool) {
        self.kind = kind
        self.size = size
        self.isLittleEndian = isLittleEndian
    }

    /// The layout that a tag stands for.
    init(tag: UInt64) throws(PayloadError) {
        let isFloat = tag & 0b10000 != 0
        let bits = Int(tag & 0b11)
        guard NumberLayout.isTypedArray(tag), tag != 76, !(isFloat && bits == 3) else {
            throw PayloadError(.unsupported, "typed arrays of tag \(tag) are not known here")
        }
        kind = isFloat ? .float : tag & 0b1000 != 0 ? .signed : .unsigned
        size = 1 << (isFloat ? bits + 1 : bits)
        // Tag 68 is bytes with clamped arithmetic: there, the bit has another meaning.
        isLittleEndian = tag & 0b100 != 0 || size == 1
    }

    /// The tag that stands for the layout.
    var tag: UInt64 {
        let bits = UInt64(size.trailingZeroBitCount) - (kind == .float ? 1 : 0)
        let kindBits: UInt64 =
            switch kind {
            case .unsigned: 0
            case .signed: 0b1000
            case .float: 0b10000
            }
        return 64 | kindBits | (isLittleEndian && size > 1 ? 0b100 : 0) | bits
    }

    /// The number that starts at an offset; the bytes are to be there.
    @inline(__always)
    package func number(in bytes: Span<UInt8>, at offset: Int) -> Number {
        var bits: UInt64 = 0
        for index in 0..<size {
            let byte = bytes[offset + (isLittleEndian ? size - 1 - index : index)]
            bits = bits << 8 | UInt64(byte)
        }
        switch kind {
        case .unsigned:
            return Int64(exactly: bits).map(Number.signed) ?? .unsigned(bits)
        case .signed:
            let unused = UInt64(64 - size * 8)
            return .signed(Int64(bitPattern: bits << unused) >> Int64(unused))
        case .float:
            switch size {
            case 2: return .float(HalfFloat.double(UInt16(truncatingIfNeeded: bits)))
            case 4: return .float(Double(Float(bitPattern: UInt32(truncatingIfNeeded: bits))))
            default: return .float(Double(bitPattern: bits))
            }
        }
    }
}
