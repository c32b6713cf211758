// SPDX-License-Identifier: Apache-2.0

/// Short forms of quantities, for people.
enum Quantity {
    /// A stretch of time in two units at most: `42s`, `3m07s`, `2h05m`, `4d03h`.
    static func age(seconds: Double) -> String {
        let whole = Int64(max(0, min(seconds, 1e12)))
        func two(_ number: Int64) -> String { number < 10 ? "0\(number)" : "\(number)" }
        return switch whole {
        case ..<60: "\(whole)s"
        case ..<3600: "\(whole / 60)m\(two(whole % 60))s"
        case ..<86400: "\(whole / 3600)h\(two(whole / 60 % 60))m"
        default: "\(whole / 86400)d\(two(whole / 3600 % 24))h"
        }
    }

    /// A latency in three digits: `0.42µs`, `850µs`, `1.25ms`, `3.40s`.
    static func latency(microseconds: Double) -> String {
        switch microseconds {
        case ..<1000: "\(threeDigits(microseconds))µs"
        case ..<1_000_000: "\(threeDigits(microseconds / 1000))ms"
        default: "\(threeDigits(microseconds / 1_000_000))s"
        }
    }

    /// A size in binary units: `512B`, `34.1MiB`.
    static func size(bytes: UInt64) -> String {
        var size = Double(bytes)
        for unit in ["B", "KiB", "MiB", "GiB"] {
            if size < 1024 { return unit == "B" ? "\(bytes)B" : "\(threeDigits(size))\(unit)" }
            size /= 1024
        }
        return "\(threeDigits(size))TiB"
    }

    /// A share of a whole: `0%`, `1.5%`, `100%`.
    static func percentage(_ part: UInt64, of whole: UInt64) -> String {
        guard whole > 0, part > 0 else { return "0%" }
        let tenths = (Double(part) / Double(whole) * 1000).rounded()
        return tenths.truncatingRemainder(dividingBy: 10) == 0
            ? "\(Int(tenths / 10))%" : "\(tenths / 10)%"
    }

    /// A number that is not negative, with as many decimals as make three digits.
    static func threeDigits(_ number: Double) -> String {
        let decimals = number < 9.995 ? 2 : number < 99.95 ? 1 : 0
        let scale = decimals == 2 ? 100.0 : decimals == 1 ? 10.0 : 1.0
        let scaled = Int64((max(0, min(number, 1e15)) * scale).rounded())
        guard decimals > 0 else { return "\(scaled)" }
        let whole = scaled / Int64(scale)
        let rest = "\(scaled % Int64(scale))"
        return "\(whole).\(String(repeating: "0", count: decimals - rest.count))\(rest)"
    }
}
