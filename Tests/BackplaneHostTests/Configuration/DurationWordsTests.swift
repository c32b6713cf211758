// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import BackplaneHost

struct DurationWordsTests {
    @Test(arguments: [
        (Duration.zero, "0s"), (.seconds(30), "30s"), (.milliseconds(1500), "1.5s"),
        (.seconds(93.384_065), "93.38s"), (.milliseconds(93.4), "93ms"),
        (.nanoseconds(986_510), "987µs"), (.nanoseconds(999_600), "1ms"),
        (.nanoseconds(12), "12ns"),
        (.nanoseconds(999_900_000), "1s"), (.seconds(3600), "3600s"), (.milliseconds(-20), "-20ms"),
    ])
    func `a duration is written in one unit`(duration: Duration, text: String) {
        #expect(DurationWords.text(duration) == text)
    }
}
