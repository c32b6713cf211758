// SPDX-License-Identifier: Apache-2.0

import Histogram

/// How long something took, most of the time and at the worst.
struct Percentiles {
    /// What times are shown in.
    enum Unit: String {
        case nanoseconds = "ns"
        case microseconds = "µs"
        case milliseconds = "ms"

        fileprivate var nanoseconds: Double {
            switch self {
            case .nanoseconds: 1
            case .microseconds: 1e3
            case .milliseconds: 1e6
            }
        }
    }

    let unit: Unit
    let count: Int
    let p50: Double
    let p90: Double
    let p99: Double
    let p999: Double
    let max: Double

    /// Sums up samples.
    ///
    /// - Parameters:
    ///   - nanoseconds: What each sample took.
    ///   - batch: How often it happened in each sample: what is short is timed many at a time, and
    ///     the percentiles are those of the mean of so many.
    init(_ nanoseconds: some Sequence<UInt64>, batch: Int = 1, in unit: Unit = .microseconds) {
        var histogram = Histogram<UInt64>(numberOfSignificantValueDigits: .three)
        histogram.autoResize = true
        for sample in nanoseconds { histogram.record(sample) }
        func value(_ percentile: Double) -> Double {
            Double(histogram.valueAtPercentile(percentile)) / Double(batch) / unit.nanoseconds
        }
        self.unit = unit
        count = Int(histogram.totalCount)
        p50 = value(50)
        p90 = value(90)
        p99 = value(99)
        p999 = value(99.9)
        max = value(100)
    }
}

extension Report {
    /// Notes the median of what took so long.
    mutating func add(
        _ name: String, _ times: Percentiles, _ bound: Row.Bound? = nil,
        reference: Row.Reference? = nil, placement: Placement? = nil
    ) {
        add(
            "\(name), p50", times.p50, times.unit.rawValue, bound, reference: reference,
            placement: placement, percentiles: times)
    }
}
