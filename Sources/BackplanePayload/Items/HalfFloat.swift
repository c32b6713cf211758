// SPDX-License-Identifier: Apache-2.0

/// Converts floating-point numbers of 16 bits (IEEE 754 binary16) by their bits.
///
/// `Float16` is not there on every platform, and without hardware support it is a library call.
enum HalfFloat {
    /// The number that 16 bits stand for.
    static func double(_ bits: UInt16) -> Double {
        let exponent = Int(bits >> 10 & 0x1f)
        let fraction = Double(bits & 0x3ff)
        let magnitude: Double
        switch exponent {
        case 0: magnitude = fraction * 0x1p-24
        case 31: magnitude = fraction == 0 ? .infinity : .nan
        default:
            magnitude =
                (1024 + fraction) * Double(sign: .plus, exponent: exponent - 25, significand: 1)
        }
        return bits >> 15 == 0 ? magnitude : -magnitude
    }

    /// The 16 bits of a number that has an exact half, else nil; not for NaN.
    static func exactly(_ value: Float) -> UInt16? {
        let bits = value.bitPattern
        let sign = UInt16(truncatingIfNeeded: bits >> 16 & 0x8000)
        let exponent = Int(bits >> 23 & 0xff) - 127
        let fraction = bits & 0x7f_ffff
        switch exponent {
        case -127:
            return fraction == 0 ? sign : nil
        case 128:
            return sign | 0x7c00
        case -14...15:
            guard fraction & 0x1fff == 0 else { return nil }
            let half = UInt32(exponent + 15) << 10 | fraction >> 13
            return sign | UInt16(truncatingIfNeeded: half)
        case -24 ... -15:
            // A subnormal half: the leading one becomes explicit and moves right.
            let shift = UInt32(-1 - exponent)
            let full = fraction | 0x80_0000
            guard full & (1 << shift - 1) == 0 else { return nil }
            return sign | UInt16(truncatingIfNeeded: full >> shift)
        default:
            return nil
        }
    }
}
