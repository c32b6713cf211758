// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import backplane_cli

struct QuantityTests {
    @Test(arguments: [
        (0.0, "0s"), (59.9, "59s"), (60, "1m00s"), (187, "3m07s"), (3599, "59m59s"),
        (7500, "2h05m"), (86_399, "23h59m"), (356_400, "4d03h"), (-1, "0s"),
        (.infinity, "11574074d01h"),
    ])
    func `ages have two units at most`(seconds: Double, text: String) {
        #expect(Quantity.age(seconds: seconds) == text)
    }

    @Test(arguments: [
        (0.0, "0.00µs"), (0.421, "0.42µs"), (9.996, "10.0µs"), (53.25, "53.3µs"), (999, "999µs"),
        (1000, "1.00ms"), (12_340, "12.3ms"), (3_400_000, "3.40s"),
    ])
    func `latencies have three digits`(microseconds: Double, text: String) {
        #expect(Quantity.latency(microseconds: microseconds) == text)
    }

    @Test(arguments: [
        (UInt64(0), "0B"), (1023, "1023B"), (1024, "1.00KiB"), (35_756_441, "34.1MiB"),
        (.max, "16777216TiB"),
    ])
    func `sizes have binary units`(bytes: UInt64, text: String) {
        #expect(Quantity.size(bytes: bytes) == text)
    }

    @Test(arguments: [(UInt64(0), UInt64(0), "0%"), (3, 3, "100%"), (18_519, 1_234_567, "1.5%")])
    func `shares have one decimal`(part: UInt64, whole: UInt64, text: String) {
        #expect(Quantity.percentage(part, of: whole) == text)
    }
}
