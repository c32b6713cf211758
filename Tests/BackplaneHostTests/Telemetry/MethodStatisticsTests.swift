// SPDX-License-Identifier: Apache-2.0

import BackplaneTransport
import Testing

@testable import BackplaneHost

struct MethodStatisticsTests {
    @Test func `calls and their errors are counted by code`() {
        let statistics = MethodStatistics()
        for _ in 0..<3 { statistics.finished(.value(.null), after: 1000) }
        statistics.finished(.error(.failed, "one"), after: 1000)
        statistics.finished(.error(.failed, "two"), after: 1000)
        statistics.finished(.error(.crashed, "three"), after: 1000)
        #expect(statistics.callCount == 6)
        #expect(statistics.errorSummary.counts == [.failed: 2, .crashed: 1])
        #expect(statistics.errorSummary.total == 3)
        #expect(statistics.errorSummary.last?.message == "three")
        #expect(statistics.errorSummary.lastAt != nil)
        #expect(statistics.latency.percentile(0.5)?.nanosecondsClamped == 1023)
    }
}
