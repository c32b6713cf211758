// SPDX-License-Identifier: Apache-2.0

import Foundation
import OracleSupport
import Testing

/// A running host follows its configuration file.
struct ConfigurationReloadTests {
    private static func services(probe: String = "", other: String = "") -> String {
        """
          echo: { plugin: Echo, slot: in-process }
          probe: { plugin: Probe, slot: forked\(probe) }
        \(other)
        """
    }

    /// Waits until the host has followed its file so often.
    private func wait(
        for count: Int, _ kind: String = "configured", of service: String = "host",
        in host: HostProcess
    ) throws {
        try Deadline.wait("\(count) events \(kind)") {
            try host.run("events", service, "--json").output.split(separator: "\n")
                .count { $0.contains("\"kind\":\"\(kind)\"") } == count
        }
    }

    @Test func `editing a service touches only that service`() throws {
        func services(_ keys: String) -> String {
            Self.services(other: "  worker: { plugin: Echo, slot: forked\(keys) }")
        }
        let host = try HostProcess(services(""), reload: true)
        let echo = try #require(try host.services()["echo"]?.uptime_seconds)
        try host.configure(services(", timeout: 5s, workers: 2"))
        try wait(for: 1, in: host)
        try Deadline.wait("two workers") { try host.services()["worker"]?.workers == 2 }
        let worker = try #require(try host.services()["worker"])
        #expect(worker.generation == 1 && worker.restarts == 0, "the same, with more workers")
        try host.configure(Self.services(probe: ", config: { a: 1 }"))
        try Deadline.wait("the generation of another config") {
            try host.services()["probe"]?.generation == 2
        }
        try host.configure(
            Self.services(probe: ", config: { a: 1 }").replacing("forked", with: "async"))
        try Deadline.wait("the generation of another slot") {
            let probe = try host.services()["probe"]
            return probe?.generation == 3 && probe?.slot == "async"
        }
        let after = try #require(try host.services()["echo"])
        #expect(after.generation == 1)
        #expect(try #require(after.uptime_seconds) > echo)
        let events = try host.run("events", "echo").output.split(separator: "\n")
        #expect(events.count == 1, "nothing but its start")
        #expect(host.log.contains("worker: timeout (at once); workers (more or fewer workers)"))
    }

    @Test func `a change that a plugin with state forbids is refused, and only that one`() throws {
        func services(_ keys: String) -> String {
            Self.services(other: "  memory: { plugin: Memory, slot: forked\(keys) }")
        }
        let host = try HostProcess(services(""))
        _ = try host.call("memory.set", #"["key","value"]"#)
        try host.configure(services(", workers: 2, timeout: 1s").replacing("Probe", with: "Echo"))
        let end = try host.run("reload")
        #expect(end.code == 1)
        #expect(
            end.error.hasPrefix(
                "error: memory: stays on generation 1: plugin 'memory' keeps state, and 2 forked"))
        #expect(end.output.contains("\nprobe: switched from generation 1 to 2 ("))
        #expect(try host.services()["memory"]?.workers == 1)
        #expect(try host.call("memory.get", #"["key"]"#) == #""value""#)
        // It is tried again as long as the file says so.
        #expect(try host.run("reload", "--dry-run").output.contains("plan: memory: timeout"))
        try host.configure(services(""))
        #expect(try host.run("reload").code == 0)
    }

    @Test func `a file with errors changes nothing, and is told with line and column`() throws {
        let host = try HostProcess(Self.services(), reload: true)
        try host.configure(Self.services(probe: ", slot: proces, workers: 3", other: "  bad: ["))
        try Deadline.wait("a refusal in the log") { host.log.contains("reload refused") }
        let place = try #require(host.log.firstMatch(of: #/services\.yaml:\d+:\d+: /#)).output
        #expect(try host.run("events").output.contains(place))
        let end = try host.run("reload")
        #expect(end.code == 1)
        #expect(end.error.contains(place.dropLast()))
        #expect(end.error.hasSuffix("nothing was changed\n"))
        #expect(end.output.isEmpty)
        let services = try host.services()
        #expect(services.keys.sorted() == ["echo", "probe"])
        #expect(services.values.allSatisfy { $0.generation == 1 })
        try host.configure(Self.services(probe: ", queue: 3"))
        try Deadline.wait("the mended file") { try host.services()["probe"]?.generation == 2 }
    }

    @Test func `a service that is taken out finishes its calls, and is gone`() throws {
        let host = try HostProcess(Self.services(), reload: true)
        let call = try host.start("call", "probe.sleep", "[1500]")
        try Deadline.wait("a call that runs") { try host.services()["probe"]?.in_flight == 1 }
        try host.configure("  echo: { plugin: Echo, slot: in-process }")
        try Deadline.wait("a host without the service") { try host.services().count == 1 }
        #expect(try call.end().output == "1500\n")
        #expect(try host.run("call", "probe.processNumber").error.hasPrefix("error[not-found]: "))
        #expect(try host.services()["echo"]?.generation == 1)
    }

    @Test(arguments: [true, false])
    func `a new plugin and its entry may come in either order`(isPluginFirst: Bool) throws {
        let plugins = TemporaryFolder()
        let host = try HostProcess(Self.services(), plugins: plugins.path, reload: true)
        let path = plugins.path("libNew.so")
        let bytes = try Data(contentsOf: URL(filePath: "\(Program.products)/libEcho.so"))
        var begin = Date()
        func copy() throws {
            begin = Date()
            try bytes.write(to: URL(filePath: path))
        }
        func enter() throws {
            begin = Date()
            try host.configure(Self.services(other: "  new: { plugin: New }"))
        }
        if isPluginFirst {
            try copy()
            try enter()
        } else {
            try enter()
            try Deadline.wait("a service that waits") {
                try host.services()["new"]?.state == "waiting"
            }
            #expect(try host.services()["new"]?.reason?.contains(path) == true)
            #expect(try host.run("ps").output.contains(path))
            try copy()
        }
        try Deadline.wait("a new service") { try host.services()["new"]?.state == "running" }
        // By the host's own clock: this machine may be too busy for a verb.
        let started = try #require(
            try host.run("events", "new").output.split(separator: "\n")
                .last { $0.contains(" started ") }?.prefix { $0 != " " })
        let style = Date.ISO8601FormatStyle(includingFractionalSeconds: true)
        let up = try style.parse(String(started))
        #expect(up.timeIntervalSince(begin) < 1)
        #expect(try host.call("new.echo", "[1]") == "1")
        #expect(try host.services()["probe"]?.generation == 1)
    }

    @Test func `variables and secrets are followed, and never shown`() throws {
        let folder = TemporaryFolder()
        _ = try folder.file("token", Array("hunter2".utf8))
        _ = try folder.file(".env", Array("LEVEL=1".utf8))
        let host = try HostProcess(
            Self.services(probe: ", config: { key: \"${file:token}\", level: \"${LEVEL}\" }"),
            in: folder, reload: true)
        _ = try folder.file("token", Array("hunter3".utf8))
        try Deadline.wait("the generation of another secret") {
            try host.services()["probe"]?.generation == 2
        }
        _ = try folder.file(".env", Array("LEVEL=2".utf8))
        try Deadline.wait("the generation of another variable") {
            try host.services()["probe"]?.generation == 3
        }
        #expect(!host.log.contains("hunter"))
        #expect(try !host.run("events", "--json").output.contains("hunter"))
    }

    @Test func `a service is started and stopped by its entry`() throws {
        let host = try HostProcess(Self.services(probe: ", enabled: false"), reload: true)
        #expect(try host.services()["probe"]?.state == "disabled")
        try host.configure(Self.services())
        try Deadline.wait("a start") { try host.services()["probe"]?.state == "running" }
        try host.configure(Self.services(probe: ", enabled: false, queue: 1"))
        try Deadline.wait("a stop") { try host.services()["probe"]?.state == "disabled" }
        #expect(try host.services()["echo"]?.generation == 1)
    }
}
