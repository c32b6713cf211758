// SPDX-License-Identifier: Apache-2.0

/// Writes durations as people write them in configurations: `30s`, `1.5s`, `93ms`, `250µs`.
enum DurationWords {
    /// The duration in one unit, with two digits behind the point at most.
    static func text(_ duration: Duration) -> String {
        let (seconds, attoseconds) = duration.components
        let nanoseconds = Double(seconds) * 1e9 + Double(attoseconds) / 1e9
        // The units change where rounding would make a thousand of the smaller one.
        return switch abs(nanoseconds) {
        case 0: "0s"
        case ..<999.5: "\(number(nanoseconds, hundredths: false))ns"
        case ..<999_500: "\(number(nanoseconds / 1e3, hundredths: false))µs"
        case ..<999_500_000: "\(number(nanoseconds / 1e6, hundredths: false))ms"
        default: "\(number(nanoseconds / 1e9, hundredths: true))s"
        }
    }

    private static func number(_ value: Double, hundredths: Bool) -> String {
        let rounded = hundredths ? (value * 100).rounded() / 100 : value.rounded()
        return rounded == rounded.rounded() ? String(Int64(rounded)) : "\(rounded)"
    }
}
