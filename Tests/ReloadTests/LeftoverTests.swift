// SPDX-License-Identifier: Apache-2.0

import Foundation
import OracleSupport
import ReloadStorm
import Testing

/// What plugins leave behind, and what they bring along.
struct LeftoverTests {
    @Test(arguments: ReloadingHost.slots)
    func `threads and handlers of generations that were replaced do no harm`(slot: String) throws {
        let built = try PatchedPlugin(at: CPlugin.leftover.path())
        let host = try ReloadingHost(
            "  leftover: { plugin: Leftover, slot: \(slot), retries: { max: 0 } }",
            plugins: ["Leftover": try built.version(1)])
        let load = host.load("leftover.answer")
        try load.more()
        for version in 2..<6 {
            let event = try host.replace("Leftover", by: try built.version(version), of: "leftover")
            #expect(event.kind == "switched", "\(event)")
            try load.answered(by: version)
            // To the handler that a generation has set in the host's process.
            if slot != "forked" { host.process.signal(SIGUSR2) }
        }
        let report = try load.stop()
        #expect(report.errors.isEmpty && report.versions == [1, 2, 3, 4, 5], "\(report)")
        // Threads end, and exit handlers run.
        host.process.signal(SIGTERM)
        #expect(try host.process.end().code == 0)
    }
}
