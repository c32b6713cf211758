// SPDX-License-Identifier: Apache-2.0

import Foundation
import OracleSupport
import Testing

/// `backplane reload`, and what else has a host look again.
struct ReloadCommandTests {
    private static let services = """
          echo: { plugin: Echo, slot: in-process }
          probe: { plugin: Probe, slot: async }
        """

    @Test func `a dry run tells the plan and changes nothing`() throws {
        let host = try HostProcess(Self.services)
        #expect(try host.run("reload", "--dry-run").output == "plan: nothing to do\n")
        try host.configure(
            """
              echo: { plugin: Echo, slot: in-process, queue: 7, timeout: 1s }
              more: { plugin: Echo, depends-on: [echo] }
            """)
        let end = try host.run("reload", "--dry-run")
        #expect(end.code == 0)
        #expect(
            end.output == """
                plan: echo: timeout (at once); queue (new generation)
                plan: more: added
                plan: probe: removed

                """)
        let services = try host.services()
        #expect(services.keys.sorted() == ["echo", "probe"])
        #expect(services.values.allSatisfy { $0.generation == 1 })
        #expect(try host.run("events", "host").output.isEmpty)
        #expect(
            try host.run("reload", "--dry-run", "--json").output.hasPrefix(
                #"{"version":1,"ok":true,"dry_run":true,"errors":[],"plan":[{"service":"echo","#))
    }

    @Test func `a reload follows the file and says what came of each service`() throws {
        let host = try HostProcess(Self.services)
        #expect(
            try host.run("reload").output
                == "echo: unchanged, generation 1\nprobe: unchanged, generation 1\n")
        try host.configure(
            """
              echo: { plugin: Echo, slot: in-process, timeout: 1s }
              more: { plugin: Echo, depends-on: [echo] }
            """)
        let end = try host.run("reload")
        #expect(end.code == 0)
        let lines = end.output.split(separator: "\n").filter { !$0.hasPrefix("plan: ") }
        #expect(
            lines == [
                "echo: configured, still generation 1", "more: started, generation 1",
                "probe: removed",
            ])
        #expect(try host.call("more.echo", "[1]") == "1")
    }

    @Test func `only the named services are looked at`() throws {
        let host = try HostProcess(Self.services)
        try host.configure(
            """
              echo: { plugin: Echo, slot: in-process, queue: 7 }
              probe: { plugin: Probe, slot: async, queue: 7 }
              more: { plugin: Echo }
            """)
        #expect(try host.run("reload", "probe").code == 0)
        let services = try host.services()
        #expect(services["echo"]?.generation == 1)
        #expect(services["probe"]?.generation == 2)
        #expect(services["more"] == nil)
        let end = try host.run("reload", "prob")
        #expect(end.code == 1)
        #expect(end.error == "error[not-found]: no service 'prob'; did you mean 'probe'?\n")
    }

    @Test func `force makes a generation of the same bytes`() throws {
        let host = try HostProcess(Self.services)
        let end = try host.run("reload", "echo", "--force")
        #expect(end.output.hasPrefix("echo: switched from generation 1 to 2 ("))
        #expect(try host.services()["probe"]?.generation == 1)
        let table = try host.run("ps", "-o", "wide").output
        #expect(table.contains("GENERATIONS") && table.contains("MAPPED"))
        let screen = try host.run("inspect", "echo").output
        #expect(screen.contains("mapped    2 generations, "))
        #expect(screen.contains("  2  current since "))
        #expect(screen.contains("  1  "))
    }

    @Test func `what stays on the old generation is told, and the exit code is 1`() throws {
        let plugins = TemporaryFolder()
        let good = try Data(contentsOf: URL(filePath: "\(Program.products)/libEcho.so"))
        let path = URL(filePath: plugins.path("libBroken.so"))
        try good.write(to: path)
        let host = try HostProcess(
            Self.services + "\n  broken: { plugin: Broken, slot: async }", plugins: plugins.path)
        try Data("nonsense".utf8).write(to: path)
        let dry = try host.run("reload", "--dry-run")
        #expect(dry.code == 1 && dry.error.hasPrefix("error: broken: stays on generation 1: "))
        let end = try host.run("reload")
        #expect(end.code == 1)
        #expect(end.error.hasPrefix("error: broken: stays on generation 1: \(path.path)"))
        #expect(end.output.contains("echo: unchanged, generation 1\n"))
        #expect(try host.call("broken.echo", "[1]") == "1")
        #expect(try host.run("events", "broken").output.contains(" refused (command)"))
        try good.write(to: path)
        #expect(try host.run("reload").code == 0)
    }

    @Test func `SIGHUP is a reload`() throws {
        let host = try HostProcess(Self.services)
        try host.configure(Self.services.replacing("async", with: "async, queue: 7"))
        host.signal(SIGHUP)
        try Deadline.wait("another generation") {
            try host.services()["probe"]?.generation == 2
        }
        #expect(try host.run("events", "probe").output.contains(" switched (SIGHUP)"))
    }

    @Test func `events are followed as they come`() throws {
        let host = try HostProcess(Self.services)
        let follower = try host.start("events", "probe", "-f", "-n", "0", "--json")
        // It has begun once the host knows of its call.
        try Deadline.wait("an event") {
            _ = try host.run("reload", "probe", "--force")
            return follower.output.contains(#""kind":"switched""#)
        }
        let line = try #require(follower.output.split(separator: "\n").first)
        let event = try #require(
            try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
        #expect(event["service"] as? String == "probe")
        #expect(event["time"] as? String != nil)
        #expect(event["hash"] as? String != nil)
        #expect((event["phases"] as? [[String: Any]])?.isEmpty == false)
        follower.signal(SIGINT)
        #expect(try follower.end().code == 130)
        #expect(try host.run("events", "nobody").code == 1)
    }
}
