// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import BackplaneHost

struct TimestampTests {
    @Test(arguments: [
        (0, "1970-01-01T00:00:00.000Z"), (1_769_903_999.125, "2026-01-31T23:59:59.125Z"),
        (951_782_400.5, "2000-02-29T00:00:00.500Z"), (-0.5, "1969-12-31T23:59:59.500Z"),
    ])
    func `a moment is written as RFC 3339 wants it`(_ seconds: Double, _ text: String) {
        #expect(Timestamp(seconds: seconds).text == text)
    }
}
