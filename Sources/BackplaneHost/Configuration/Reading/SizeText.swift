// SPDX-License-Identifier: Apache-2.0

/// Reads sizes with units: `64KiB`, `512MiB`, `1.5GiB`, `10MB`.
enum SizeText {
    /// The units and their bytes.
    private static let units: [String: Int64] = [
        "B": 1,
        "KiB": 1 << 10, "MiB": 1 << 20, "GiB": 1 << 30, "TiB": 1 << 40,
        "kB": 1000, "MB": 1_000_000, "GB": 1_000_000_000, "TB": 1_000_000_000_000,
    ]

    /// The size in the largest unit that it is a whole number of: `256MiB`.
    static func text(_ bytes: Int) -> String {
        let names = ["B", "KiB", "MiB", "GiB", "TiB"]
        var (count, unit) = (bytes, 0)
        while count > 0, count.isMultiple(of: 1024), unit < names.count - 1 {
            count /= 1024
            unit += 1
        }
        return "\(count)\(names[unit])"
    }

    /// The number of bytes; nil when the text is no size, has no unit, or exceeds `Int64`.
    static func bytes(_ text: String) -> Int64? {
        let number = text.prefix { $0.isDecimal || $0 == "." }
        guard let unit = units[String(text.dropFirst(number.count))] else { return nil }
        let parts = number.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count <= 2, let first = parts.first, let whole = Int64(first) else {
            return nil
        }
        let (product, overflow) = whole.multipliedReportingOverflow(by: unit)
        guard !overflow else { return nil }
        guard parts.count == 2, let digits = parts.last else { return product }
        guard !digits.isEmpty, digits.utf8.count <= 6, let fraction = Int64(digits) else {
            return nil
        }
        let scale = digits.reduce(Int64(1)) { scale, _ in scale * 10 }
        let (total, carry) = product.addingReportingOverflow(fraction * unit / scale)
        return carry ? nil : total
    }
}
