// SPDX-License-Identifier: Apache-2.0

import OracleSupport
import ReloadStorm
import Testing

/// Plugins of which two generations can't run at once.
struct ExclusiveTests {
    @Test(arguments: ReloadingHost.slots)
    func `a plugin that listens on a port is replaced 20 times and no call fails`(
        slot: String
    ) throws {
        let built = try PatchedPlugin("Listener")
        let versions = [try built.version(1), try built.version(2)]
        let port = try FreePort.find()
        let host = try ReloadingHost(
            """
              listener: { plugin: Listener, slot: \(slot), swap: replace, retries: { max: 0 }, \
            config: { port: \(port) } }
            """, plugins: ["Listener": versions[0]])
        let load = host.load("listener.ping", window: 4)
        for number in 1..<21 {
            try load.more(4)
            let event = try host.replace("Listener", by: versions[number % 2], of: "listener")
            try #require(event.kind == "switched", "\(event) \(host.process.log)")
            try load.answered(by: number % 2 + 1)
        }
        let report = try load.stop()
        #expect(report.errors.isEmpty && report.lost == 0, "\(report.errors.prefix(3))")
        #expect(report.versions == [1, 2])
    }

    @Test(arguments: ReloadingHost.slots)
    func `without swap replace the old one keeps its port, and the event says what to set`(
        slot: String
    ) throws {
        let built = try PatchedPlugin("Listener")
        let port = try FreePort.find()
        let host = try ReloadingHost(
            """
              listener: { plugin: Listener, slot: \(slot), retries: { max: 0 }, \
            config: { port: \(port) } }
            """, plugins: ["Listener": try built.version(1)])
        let load = host.load("listener.ping", window: 4)
        try load.more()
        let event = try host.replace("Listener", by: try built.version(2), of: "listener")
        #expect(event.kind == "refused")
        #expect(event.message?.contains("port \(port)") == true, "\(event)")
        #expect(event.message?.contains("swap: replace") == true, "\(event)")
        try load.more()
        let report = try load.stop()
        #expect(report.errors.isEmpty && report.versions == [1], "\(report)")
    }

    /// An `init` that takes what only one can have is told apart by `rehearse: open`.
    @Test(arguments: ReloadingHost.slots)
    func `a plugin that takes its port in init is replaced when it is not created twice`(
        slot: String
    ) throws {
        let built = try PatchedPlugin("Breakable").broken("init-listens")
        let port = try FreePort.find()
        let service = """
              listener: { plugin: Breakable, slot: \(slot), retries: { max: 0 }, \
            config: { port: \(port) }
            """
        let host = try ReloadingHost(
            "\(service), swap: replace, rehearse: open }",
            plugins: ["Breakable": try built.version(1)])
        let load = host.load("listener.answer", "[0]", window: 4)
        try load.more()
        let event = try host.replace("Breakable", by: try built.version(2), of: "listener")
        #expect(event.kind == "switched", "\(event)")
        try load.answered(by: 2)
        let report = try load.stop()
        #expect(report.errors.isEmpty, "\(report.errors.prefix(3))")
    }
}
