// SPDX-License-Identifier: Apache-2.0

/// What `backplane bench` has measured.
struct BenchResult: Codable, Equatable {
    var version = 1
    var calls: Int
    var errors: Int
    var concurrency: Int
    /// Calls per second.
    var rate: Double
    /// Microseconds.
    var p50: Double
    var p99: Double
    var max: Double

    enum CodingKeys: String, CodingKey {
        case version, calls, errors, concurrency
        case rate = "calls_per_second"
        case p50 = "p50_microseconds"
        case p99 = "p99_microseconds"
        case max = "max_microseconds"
    }

    init(latencies: [Duration], errors: Int, elapsed: Duration, concurrency: Int) {
        let sorted = latencies.map { $0 / .microseconds(1) }.sorted()
        calls = sorted.count
        self.errors = errors
        self.concurrency = concurrency
        rate = elapsed > .zero ? Double(calls) / (elapsed / .seconds(1)) : 0
        p50 = Self.percentile(0.5, of: sorted)
        p99 = Self.percentile(0.99, of: sorted)
        max = sorted.last ?? 0
    }

    /// For people.
    var text: String {
        """
        calls  \(calls)\(errors > 0 ? ", \(errors) with an error" : ""), \(concurrency) at once
        rate   \(Quantity.threeDigits(rate))/s
        p50    \(Quantity.latency(microseconds: p50))
        p99    \(Quantity.latency(microseconds: p99))
        max    \(Quantity.latency(microseconds: max))

        """
    }

    /// The smallest value that is not below so large a share of all.
    private static func percentile(_ share: Double, of sorted: [Double]) -> Double {
        guard !sorted.isEmpty else { return 0 }
        let index = Int((Double(sorted.count) * share).rounded(.up)) - 1
        return sorted[min(Swift.max(index, 0), sorted.count - 1)]
    }
}
