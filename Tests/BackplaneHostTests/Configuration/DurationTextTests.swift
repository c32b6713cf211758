// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import BackplaneHost

struct DurationTextTests {
    @Test(
        arguments: [
            ("250ms", .milliseconds(250)), ("30s", .seconds(30)), ("5m", .seconds(300)),
            ("1h", .seconds(3600)), ("1d", .seconds(86400)), ("7us", .microseconds(7)),
            ("7µs", .microseconds(7)), ("9ns", .nanoseconds(9)), ("0s", .zero),
            ("1.5s", .milliseconds(1500)), ("0.25ms", .microseconds(250)),
            ("1h30m", .seconds(5400)), ("1m0.5s", .milliseconds(60500)), ("007s", .seconds(7)),
            ("0.0000000001s", .zero), ("3650d", .seconds(3650 * 86400)),
        ] as [(String, Duration)])
    func `a number and a unit are a duration`(text: String, duration: Duration) {
        #expect(DurationText.duration(text) == duration)
    }

    @Test(arguments: [
        "", "30", "0", "s", "-1s", "+1s", "1 s", " 1s", "1s ", "1S", "1sec", "1.s", ".5s", "1..5s",
        "1.2.3s", "1s2", "1s1s", "1s1m", "1ms1s", "none", "1e3s", "3651d", "9999999999999999999s",
        "99999999999999999999d", "٣s", "1̈s", "1y", "0x1s",
    ])
    func `anything else is none`(text: String) {
        #expect(DurationText.duration(text) == nil)
    }
}
