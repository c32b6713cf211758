// SPDX-License-Identifier: Apache-2.0

import BackplaneTransport
import OracleSupport
import Testing

@testable import BackplaneHost

struct LatencyHistogramTests {
    /// Each power of two with its neighbours, and all small numbers.
    private static let values: [UInt64] =
        Array(0...1024)
        + (10..<64).flatMap { power -> [UInt64] in
            let value = UInt64(1) << UInt64(power)
            return [value - 1, value, value + 1, value + value / 3, value + (value - 1)]
        } + [.max]

    @Test func `every value lies in a bucket whose upper bound is at most an eighth more`() {
        for value in Self.values {
            let bucket = LatencyHistogram.bucket(of: value)
            let bound = LatencyHistogram.upperBound(of: bucket)
            #expect(bound >= value)
            #expect(bound - value <= value / 8)
            #expect(LatencyHistogram.bucket(of: bound) == bucket)
        }
    }

    @Test func `buckets follow each other without a gap`() {
        let count = LatencyHistogram().counts().count
        #expect(LatencyHistogram.bucket(of: .max) == count - 1)
        for bucket in 0..<(count - 1) {
            let bound = LatencyHistogram.upperBound(of: bucket)
            #expect(LatencyHistogram.bucket(of: bound) == bucket)
            #expect(LatencyHistogram.bucket(of: bound + 1) == bucket + 1)
        }
    }

    @Test(arguments: 0..<8)
    func `percentiles are those of the values, at most an eighth too high`(_ seed: Int) {
        var generator = SeededGenerator(seed: UInt64(seed))
        let histogram = LatencyHistogram()
        let values = (0..<(seed * 700 + 1)).map { _ in
            UInt64.random(
                in: 0...(1 << UInt64.random(in: 1...40, using: &generator)), using: &generator)
        }.sorted()
        for value in values { histogram.record(value) }
        for fraction in [0.001, 0.01, 0.25, 0.5, 0.9, 0.99, 0.999, 1] {
            let rank = max(1, Int((Double(values.count) * fraction).rounded(.up)))
            let exact = values[rank - 1]
            let found = histogram.percentile(fraction)?.nanosecondsClamped
            #expect(found.map { $0 >= exact && $0 - exact <= exact / 8 } == true)
        }
    }

    @Test func `without values there is no percentile`() {
        #expect(LatencyHistogram().percentile(0.5) == nil)
    }

    @Test func `counts of several add up`() {
        let (one, two) = (LatencyHistogram(), LatencyHistogram())
        for _ in 0..<90 { one.record(100) }
        for _ in 0..<10 { two.record(1_000_000) }
        let sum = zip(one.counts(), two.counts()).map { $0 + $1 }
        #expect(LatencyHistogram.percentile(0.9, of: sum) == one.percentile(1))
        #expect(LatencyHistogram.percentile(0.91, of: sum) == two.percentile(1))
    }

    @Test func `many threads lose no value`() {
        let histogram = LatencyHistogram()
        #expect(onThreads(4) { _ in for value in 0..<10_000 { histogram.record(UInt64(value)) } })
        #expect(histogram.counts().reduce(0, +) == 40_000)
    }
}
