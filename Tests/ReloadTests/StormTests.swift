// SPDX-License-Identifier: Apache-2.0

import ReloadStorm
import Testing

/// The short storm; `make reload-storm` blows a hundred times as long.
struct StormTests {
    @Test(arguments: ReloadingHost.slots)
    func `nobody notices that plugins are replaced under a thousand calls in flight`(
        slot: String
    ) throws {
        let report = try Storm(StormPlan(slot: slot, replacements: 4)).run()
        #expect(report.isClean, "\(report)")
        #expect(report.replaced == 20, "\(report)")
        #expect(report.streamed > 0 && report.nested > 0 && report.long > 0, "\(report)")
    }
}
