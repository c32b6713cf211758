// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import backplane_cli

struct BenchResultTests {
    @Test func `percentiles are values that were measured`() {
        let latencies = (1...200).shuffled().map { Duration.microseconds($0) }
        let result = BenchResult(
            latencies: latencies, errors: 1, elapsed: .seconds(2), concurrency: 4)
        #expect(result.calls == 200)
        #expect(result.rate == 100)
        #expect(result.p50 == 100)
        #expect(result.p99 == 198)
        #expect(result.max == 200)
        #expect(
            result.text == """
                calls  200, 1 with an error, 4 at once
                rate   100/s
                p50    100µs
                p99    198µs
                max    200µs

                """)
    }

    @Test func `one call is every percentile, none is nothing`() {
        let one = BenchResult(
            latencies: [.milliseconds(3)], errors: 0, elapsed: .seconds(1), concurrency: 1)
        #expect([one.p50, one.p99, one.max] == [3000, 3000, 3000])
        let none = BenchResult(latencies: [], errors: 0, elapsed: .zero, concurrency: 1)
        #expect([none.rate, none.p50, none.max] == [0, 0, 0])
    }
}
