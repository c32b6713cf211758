// SPDX-License-Identifier: Apache-2.0

import OracleSupport
import ReloadStorm
import Testing

/// Builds that are broken in every way there is, under calls that go on.
struct BreakageTests {
    /// A broken build, and what has to be said of it.
    private struct Breakage {
        let name: String
        let build: PatchedPlugin
        let words: [String]
    }

    @Test(arguments: ReloadingHost.slots)
    func `a broken build is refused in words, the old one serves, and the next good one goes in`(
        slot: String
    ) throws {
        let good = try PatchedPlugin("Breakable")
        let host = try ReloadingHost(
            """
              plain: { plugin: Breakable, slot: \(slot), retries: { max: 0 }, start-timeout: 3s }
            """, plugins: ["Breakable": try good.version(1)])
        let load = host.load("plain.answer", "[0]")
        try load.more()
        var version = 1
        for breakage in try Self.stateless(good) {
            try expectRefusal(of: breakage, plugin: "Breakable", service: "plain", load, host)
            version += 1
            let event = try host.replace(
                "Breakable", by: try good.version(version), of: "plain")
            #expect(event.kind == "switched", "after \(breakage.name): \(event)")
            try load.answered(by: version)
        }
        let report = try load.stop()
        #expect(report.errors.isEmpty && report.lost == 0, "\(report.errors.prefix(3))")
        #expect(report.versions == Array(1...version))
    }

    @Test(arguments: ReloadingHost.slots)
    func `a build that can't take up the state is refused, and the state stays`(
        slot: String
    ) throws {
        let good = try PatchedPlugin("Breakable").stateful()
        let host = try ReloadingHost(
            """
              state: { plugin: Breakable, slot: \(slot), retries: { max: 0 }, start-timeout: 3s, \
            concurrency: 64 }
            """, plugins: ["Breakable": try good.version(1)])
        let load = host.load("state.answer", "[0]")
        let counter = host.load("state.increment", window: 2)
        try load.more()
        let broken = [
            Breakage(
                name: "reads-newer", build: try good.broken("reads-newer").version(90),
                words: ["state", "version 1"]),
            Breakage(
                name: "restore-throws", build: try good.broken("restore-throws").version(91),
                words: ["restore was built to throw"]),
            Breakage(
                name: "self-test-throws", build: try good.broken("self-test-throws").version(92),
                words: ["selfTest was built to throw"]),
        ]
        for breakage in broken {
            try expectRefusal(of: breakage, plugin: "Breakable", service: "state", load, host)
        }
        #expect(
            try host.replace("Breakable", by: try good.version(2), of: "state").kind == "switched")
        try load.answered(by: 2)
        // Ahead in its state, behind in nothing; the way back is barred.
        let ahead = try good.broken("saves-newer").version(3)
        #expect(try host.replace("Breakable", by: ahead, of: "state").kind == "switched")
        try load.answered(by: 3)
        let back = Breakage(
            name: "back", build: try good.version(4), words: ["state", "version 9"])
        try expectRefusal(of: back, plugin: "Breakable", service: "state", load, host)
        let report = try load.stop()
        #expect(report.errors.isEmpty && report.versions == [1, 2, 3], "\(report)")
        let counted = try counter.stop()
        #expect(counted.errors.isEmpty, "\(counted.errors.prefix(3))")
        #expect(try host.process.call("state.increment") == "\(counted.succeeded + 1)")
    }

    /// Installs a broken build and looks at everything that has to come of it.
    private func expectRefusal(
        of breakage: Breakage, plugin: String, service: String, _ load: Load, _ host: ReloadingHost
    ) throws {
        let version = load.report.version
        let heard = host.follower.events.count
        let event = try host.replace(plugin, by: breakage.build, of: service)
        #expect(event.kind == "refused", "\(breakage.name): \(event)")
        let message = event.message ?? ""
        for word in breakage.words {
            #expect(message.contains(word), "\(breakage.name): \(message)")
        }
        try load.more()
        #expect(load.report.version == version, "\(breakage.name)")
        let told = host.follower.events.dropFirst(heard).filter {
            $0.service == service && !["retired", "unchanged"].contains($0.kind)
        }
        #expect(told.count == 1, "\(breakage.name): \(told)")
        let end = try host.process.run("reload", service)
        #expect(end.code == 1, "\(breakage.name): \(end)")
        #expect((end.output + end.error).contains(message), "\(breakage.name): \(message) \(end)")
    }

    private static func stateless(_ good: PatchedPlugin) throws -> [Breakage] {
        let fixtures: [(name: String, words: [String])] = [
            ("unresolved", ["backplane_fixture_missing"]),
            ("constructor-crash", ["SIGSEGV"]),
            ("constructor-exit", ["status 0"]),
            ("constructor-hang", ["3s"]),
            ("abi-major-ahead", ["ABI 2", "this host speaks 1"]),
            ("abi-two-minors-ahead", ["ABI"]),
            ("abi-bad-magic", []),
            ("abi-too-short", []),
            ("no-entry", ["backplane_plugin"]),
            ("null-descriptor", []),
            ("static-runtime", ["Swift runtime", "-static-stdlib"]),
        ]
        let modes: [(name: String, words: [String])] = [
            ("init-throws", ["init was built to throw"]),
            ("init-crashes", ["SIGABRT"]),
            ("init-hangs", ["3s"]),
            ("self-test-throws", ["selfTest was built to throw"]),
            ("self-test-crashes", ["SIGABRT"]),
        ]
        return try fixtures.map {
            Breakage(
                name: $0.name, build: try PatchedPlugin(at: FixtureBuild.shared.path($0.name)),
                words: $0.words)
        }
            + modes.map {
                Breakage(
                    name: $0.name, build: try good.broken($0.name).version(1000), words: $0.words)
            }
    }
}
