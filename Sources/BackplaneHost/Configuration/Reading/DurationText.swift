// SPDX-License-Identifier: Apache-2.0

/// Reads durations with units: `250ms`, `1.5s`, `1h30m`.
package enum DurationText {
    /// The longest duration that a configuration may ask for: ten years of 365 days.
    static let limit = Duration.seconds(10 * 365 * 86400)

    /// The units and their nanoseconds, longest first.
    private static let units: [(name: String, nanoseconds: Int64)] = [
        ("d", 86_400_000_000_000), ("h", 3_600_000_000_000), ("m", 60_000_000_000),
        ("s", 1_000_000_000), ("ms", 1_000_000), ("us", 1000), ("µs", 1000), ("ns", 1),
    ]

    /// The duration; nil when the text is none, has no unit, or is beyond the limit.
    ///
    /// Several parts have to go from the longest unit to the shortest, each unit once.
    package static func duration(_ text: String) -> Duration? {
        var rest = Substring(text)
        var total = Duration.zero
        var previous = Int64.max
        while !rest.isEmpty {
            let number = rest.prefix { $0.isDecimal || $0 == "." }
            rest = rest.dropFirst(number.count)
            let name = rest.prefix { $0.isLetter }
            rest = rest.dropFirst(name.count)
            guard let unit = units.first(where: { $0.name == name }), unit.nanoseconds < previous,
                let part = nanoseconds(number, of: unit.nanoseconds)
            else { return nil }
            previous = unit.nanoseconds
            total += .nanoseconds(part)
            guard total <= limit else { return nil }
        }
        return text.isEmpty ? nil : total
    }

    /// A decimal number of a unit, in nanoseconds; what is less than one is dropped.
    private static func nanoseconds(_ number: Substring, of unit: Int64) -> Int64? {
        let parts = number.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count <= 2, let first = parts.first, let whole = Int64(first) else {
            return nil
        }
        let (product, overflow) = whole.multipliedReportingOverflow(by: unit)
        guard !overflow, product <= limit.components.seconds * 1_000_000_000 else { return nil }
        guard parts.count == 2, let fraction = parts.last else { return product }
        guard !fraction.isEmpty else { return nil }
        var sum: Int64 = 0
        var place = unit
        for digit in fraction.utf8 {
            place /= 10
            sum += Int64(digit - UInt8(ascii: "0")) * place
        }
        return product + sum
    }
}

extension Character {
    /// Whether the character is one of the ten ASCII digits.
    var isDecimal: Bool { isASCII && isWholeNumber }
}
