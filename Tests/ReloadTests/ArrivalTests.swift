// SPDX-License-Identifier: Apache-2.0

import OracleSupport
import ReloadStorm
import Testing

/// Services that are added while the host runs.
struct ArrivalTests {
    private static let first = "  echo: { plugin: Echo, slot: async, retries: { max: 0 } }"

    @Test(arguments: ReloadingHost.slots)
    func `an entry whose plugin is not there yet waits, and comes up with its file`(
        slot: String
    ) throws {
        let (host, load, built) = try Self.start()
        try host.process.configure(Self.both(slot))
        let waiting = try host.follower.wait("a service that waits") {
            $0.service == "late" && $0.kind == "waiting"
        }
        #expect(waiting.message?.contains("libLate.so") == true, "\(waiting)")
        let late = try #require(try host.process.services()["late"])
        #expect(late.state == "waiting")
        #expect(late.reason?.contains(host.path("Late")) == true, "\(late)")
        try Self.expectArrival(host) { try built.version(7).install(at: host.path("Late")) }
        try Self.expectUntouched(host, load)
    }

    @Test(arguments: ReloadingHost.slots)
    func `a plugin that is there before its entry comes up with that`(slot: String) throws {
        let (host, load, built) = try Self.start()
        try built.version(7).install(at: host.path("Late"))
        try load.more()
        try Self.expectArrival(host) { try host.process.configure(Self.both(slot)) }
        try Self.expectUntouched(host, load)
    }

    private static func both(_ slot: String) -> String {
        "\(first)\n  late: { plugin: Late, slot: \(slot) }"
    }

    private static func start() throws -> (ReloadingHost, Load, PatchedPlugin) {
        let built = try PatchedPlugin("VersionedEcho")
        let host = try ReloadingHost(first, plugins: ["Echo": try built.version(1)])
        let load = host.load("echo.answer", "[0]", window: 1)
        try load.more()
        return (host, load, built)
    }

    private static func expectArrival(
        _ host: ReloadingHost, of action: () throws -> Void
    ) throws {
        let begin = ContinuousClock.now
        try action()
        let event = try host.follower.wait("a service that is up") {
            $0.service == "late" && $0.kind == "started"
        }
        #expect(event.time - begin < .seconds(1))
        #expect(try host.process.call("late.answer", "[0]").contains(#""version":7"#))
    }

    private static func expectUntouched(_ host: ReloadingHost, _ load: Load) throws {
        let report = try load.stop()
        #expect(report.errors.isEmpty && report.lost == 0, "\(report.errors.prefix(3))")
        #expect(host.follower.events.count { $0.service == "echo" } == 1)
        #expect(try host.process.services()["echo"]?.generation == 1)
    }
}
