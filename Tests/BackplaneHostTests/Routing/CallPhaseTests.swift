// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import BackplaneHost

struct CallPhaseTests {
    @Test func `each flag has a bit of its own`() {
        let flags: [CallPhase] = [
            .started, .delivered, .finished, .settled, .hasTraffic, .returned,
        ]
        let union = flags.reduce(into: CallPhase()) { $0.formUnion($1) }
        #expect(union.rawValue.nonzeroBitCount == flags.count)
        #expect(flags.allSatisfy { $0.rawValue.nonzeroBitCount == 1 })
    }
}
