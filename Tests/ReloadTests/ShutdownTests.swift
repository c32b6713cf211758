// SPDX-License-Identifier: Apache-2.0

import Foundation
import OracleSupport
import ReloadStorm
import Testing

/// The host's end in the middle of a reload.
struct ShutdownTests {
    @Test(arguments: ReloadingHost.slots)
    func `a host that is told to stop during a reload stops, and nothing stays behind`(
        slot: String
    ) throws {
        let built = try PatchedPlugin("Breakable")
        let host = try ReloadingHost(
            "  plain: { plugin: Breakable, slot: \(slot), retries: { max: 0 } }",
            plugins: ["Breakable": try built.version(1)])
        let load = host.load("plain.answer", "[0]", window: 1)
        try load.more()
        let before = Processes.below(host.process.pid)
        try built.broken("init-hangs").version(2).install(at: host.path("Breakable"))
        try Deadline.wait("a rehearsal that hangs") {
            !Processes.below(host.process.pid).isSubset(of: before)
        }
        let all = Processes.below(host.process.pid)
        host.process.signal(SIGTERM)
        #expect(try host.process.end(within: .seconds(15)).code == 0)
        try Deadline.wait("an end of \(all)", within: .seconds(2)) {
            Processes.running(all).isEmpty
        }
        let staged = FileManager.default.subpaths(atPath: host.folder.path(".backplane/staged"))
        #expect(staged?.contains { $0.hasSuffix(".so") } != true, "\(staged ?? [])")
    }
}
