// SPDX-License-Identifier: Apache-2.0

import OracleSupport
import ReloadStorm
import Testing

/// A configuration that is edited while calls run.
struct EditingTests {
    private static let beside = "  beside: { plugin: Echo, slot: async, retries: { max: 0 } }"

    /// What is changed of one service, from the first line to the last.
    private static let edits = [
        "slot: async, workers: 2", "slot: async, workers: 6", "slot: async, workers: 1",
        "slot: async, workers: 1, timeout: 20s",
        "slot: async, workers: 1, timeout: 20s, config: { a: 1 }",
        "slot: forked, config: { a: 2 }", "slot: forked, config: { a: 2 }, workers: 3",
        "slot: in-process, config: { a: 2 }",
    ]

    @Test func `an edit of one service touches no other, and no call of its own fails`() throws {
        let built = try PatchedPlugin("VersionedEcho")
        let host = try ReloadingHost(
            Self.text(Self.edits[0]), plugins: ["Echo": try built.version(1)])
        let loads = [host.load("edited.answer", "[1]"), host.load("beside.answer", "[1]")]
        for edit in Self.edits.dropFirst() {
            for load in loads { try load.more() }
            let heard = host.follower.events.count
            try host.process.configure(Self.text(edit))
            _ = try host.follower.wait("the effect of \(edit)", after: heard) {
                $0.service == "edited" && ["configured", "switched"].contains($0.kind)
            }
        }
        for load in loads { try load.more() }
        for load in loads {
            let report = try load.stop()
            #expect(report.errors.isEmpty && report.lost == 0, "\(report.errors.prefix(3))")
        }
        #expect(host.follower.events.count { $0.service == "beside" } == 1)
        let services = try host.process.services()
        #expect(services["beside"]?.generation == 1)
        #expect(services["edited"]?.slot == "in-process")
    }

    @Test func `workers come and go without the plugin's file`() throws {
        let built = try PatchedPlugin("VersionedEcho")
        func text(_ workers: Int, _ standbys: Int) -> String {
            "  edited: { plugin: Alone, slot: forked, retries: { max: 0 }, workers: \(workers), "
                + "standby: \(standbys) }"
        }
        // Of a name that no other folder of plugins has.
        let host = try ReloadingHost(text(1, 0), plugins: ["Alone": try built.version(1)])
        let load = host.load("edited.answer", "[1]")
        FileSystem.remove(host.path("Alone"))
        for (workers, standbys) in [(3, 1), (1, 0), (2, 2)] {
            try host.process.configure(text(workers, standbys))
            try Deadline.wait("\(workers) workers and \(standbys) that stand by") {
                let service = try host.process.services()["edited"]
                return service?.workers == workers && service?.standbys ?? 0 == standbys
            }
            try load.more()
        }
        let report = try load.stop()
        #expect(report.errors.isEmpty && report.lost == 0, "\(report.errors.prefix(3))")
        #expect(try host.process.services()["edited"]?.generation == 1)
    }

    @Test func `a file with an error changes nothing, and the place of it is told`() throws {
        let built = try PatchedPlugin("VersionedEcho")
        let host = try ReloadingHost(
            Self.text(Self.edits[0]), plugins: ["Echo": try built.version(1)])
        let load = host.load("edited.answer", "[1]")
        for (broken, place) in [
            ("  edited: { plugin: Echo, slot: async ]", "services.yaml:"),
            ("  edited: { plugin: Echo, slot: asinc }", "services.yaml:4:33:"),
        ] {
            let heard = host.follower.events.count
            try host.process.configure(broken)
            let event = try host.follower.wait("a refusal", after: heard) { $0.kind == "refused" }
            #expect(event.service == "host")
            #expect(event.message?.contains(place) == true, "\(event)")
            let end = try host.process.run("reload")
            #expect(end.code == 1 && end.error.contains(place), "\(end)")
            try load.more()
            #expect(try host.process.services().keys.sorted() == ["beside", "edited"])
        }
        try host.process.configure(Self.text(Self.edits[1]))
        _ = try host.follower.wait("a change") {
            $0.service == "edited" && ["configured", "switched"].contains($0.kind)
        }
        let report = try load.stop()
        #expect(report.errors.isEmpty, "\(report.errors.prefix(3))")
    }

    @Test(arguments: ReloadingHost.slots)
    func `a service that is removed finishes its calls first`(slot: String) throws {
        let built = try PatchedPlugin("VersionedEcho")
        let host = try ReloadingHost(
            Self.text("slot: \(slot)"), plugins: ["Echo": try built.version(1)])
        let call = try host.process.start("call", "edited.answer", "[1500]")
        try Deadline.wait("a call that runs") {
            try host.process.services()["edited"]?.in_flight == 1
        }
        try host.process.configure(Self.beside)
        let end = try call.end()
        #expect(end.code == 0 && end.output.contains(#""version":1"#), "\(end)")
        try Deadline.wait("the end of a service") {
            try host.process.services().keys.sorted() == ["beside"]
        }
        #expect(
            try host.process.run("call", "edited.answer", "[0]").error
                .hasPrefix("error[not-found]: "))
        #expect(try host.process.call("beside.answer", "[0]").contains(#""version":1"#))
    }

    private static func text(_ edit: String) -> String {
        "  edited: { plugin: Echo, retries: { max: 0 }, \(edit) }\n\(beside)"
    }
}
