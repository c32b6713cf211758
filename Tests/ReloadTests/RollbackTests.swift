// SPDX-License-Identifier: Apache-2.0

import OracleSupport
import ReloadStorm
import Testing

/// Builds that start well and fail afterwards.
struct RollbackTests {
    @Test func `a build whose first call crashes its worker is rolled back`() throws {
        try expectRollback(from: "call-crashes", slot: "forked", words: ["SIGABRT"])
    }

    @Test(arguments: ReloadingHost.slots)
    func `a build whose calls fail is rolled back, and not tried again until it changes`(
        slot: String
    ) throws {
        try expectRollback(from: "call-throws", slot: slot, words: ["failed"])
    }

    private func expectRollback(from mode: String, slot: String, words: [String]) throws {
        let good = try PatchedPlugin("Breakable")
        let host = try ReloadingHost(
            "  plain: { plugin: Breakable, slot: \(slot), retries: { max: 0 }, probation: 60s }",
            plugins: ["Breakable": try good.version(1)])
        let load = host.load("plain.answer", "[0]")
        try load.more(100)
        let bad = try good.broken(mode).version(2)
        let heard = host.follower.events.count
        try bad.install(at: host.path("Breakable"))
        let event = try host.follower.wait("a rollback", after: heard) {
            $0.service == "plain" && $0.kind == "rolled-back"
        }
        for word in words { #expect(event.message?.contains(word) == true, "\(event)") }
        try load.more()
        #expect(load.report.versions == [1])
        let errors = load.report.errors
        #expect(!errors.isEmpty)
        // The same bytes again, and an order to look: it stays as it is.
        try bad.install(at: host.path("Breakable"))
        #expect(try host.process.run("reload").code == 1)
        try load.more()
        #expect(load.report.errors.count == errors.count, "\(load.report.errors.suffix(3))")
        let next = try host.replace("Breakable", by: try good.version(3), of: "plain")
        #expect(next.kind == "switched", "\(next)")
        try load.answered(by: 3)
        #expect(try load.stop().errors.count == errors.count)
    }

    @Test func `what was saved last is what the build before takes up again`() throws {
        let good = try PatchedPlugin("Breakable").stateful()
        let host = try ReloadingHost(
            """
              state: { plugin: Breakable, slot: async, retries: { max: 0 }, probation: 60s }
            """, plugins: ["Breakable": try good.version(1)])
        let counter = host.load("state.increment", window: 2)
        try counter.more()
        let heard = host.follower.events.count
        try good.broken("call-throws").version(2).install(at: host.path("Breakable"))
        _ = try host.follower.wait("a switch", after: heard) { $0.kind == "switched" }
        let load = host.load("state.answer", "[0]")
        _ = try host.follower.wait("a rollback", after: heard) { $0.kind == "rolled-back" }
        try load.answered(by: 1)
        _ = try load.stop()
        let counted = try counter.stop()
        #expect(counted.errors.isEmpty, "\(counted.errors.prefix(3))")
        #expect(try host.process.call("state.increment") == "\(counted.succeeded + 1)")
    }
}
