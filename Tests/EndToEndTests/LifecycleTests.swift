// SPDX-License-Identifier: Apache-2.0

import Foundation
import OracleSupport
import Testing

/// A host's life, seen from outside.
struct LifecycleTests {
    private static let services = """
          echo: { plugin: Echo, slot: in-process }
          probe: { plugin: Probe, slot: async }
          forked: { plugin: Probe, slot: forked }
        """

    @Test func `data goes to standard output, talk to standard error`() throws {
        let host = try HostProcess(Self.services)
        #expect(host.output.hasSuffix("ready: 3 of 3\n"))
        #expect(host.output.split(separator: "\n").count == 4)
        _ = try host.call("probe.log", #"["warning","a record"]"#)
        try Deadline.wait("a record") { host.log.contains("a record") }
        #expect(host.output.hasSuffix("ready: 3 of 3\n"))
        // What a plugin prints is neither lost nor taken for data.
        _ = try host.call("forked.print", #"["a line"]"#)
        try Deadline.wait("a line") { host.log.contains("a line") }
        #expect(!host.output.contains("a line"))

        let good = try host.run("call", "echo.echo", "[1]")
        #expect(good.code == 0 && good.output == "1\n" && good.error.isEmpty)
        let bad = try host.run("call", "probe.fail", #"["no luck"]"#)
        #expect(bad.code == 1 && bad.output.isEmpty && bad.error == "error[failed]: no luck\n")
    }

    @Test func `exit codes tell what happened`() throws {
        let host = try HostProcess(Self.services)
        #expect(try host.run("ps").code == 0)
        #expect(try host.run("call", "probe.nothing").code == 1)
        #expect(try host.run("call").code == 64)
        let call = try host.start("call", "probe.sleep", "[600000]")
        try Deadline.wait("a call that runs") { try host.services()["probe"]?.in_flight == 1 }
        call.signal(SIGINT)
        #expect(try call.end().code == 130)
        // Its caller has gone, so the call is cancelled.
        try Deadline.wait("an idle service") { try host.services()["probe"]?.in_flight == 0 }
        host.signal(SIGTERM)
        #expect(try host.end().code == 0)
        #expect(try host.run("ps").code == 69)
    }

    @Test(arguments: [SIGINT, SIGTERM], ["probe", "forked"])
    func `a signal lets running calls end, then the host`(signal: Int32, service: String) throws {
        let host = try HostProcess(Self.services)
        let call = try host.start("call", "\(service).sleep", "[1500]")
        try Deadline.wait("a call that runs") { try host.services()[service]?.in_flight == 1 }
        let all = Processes.below(host.pid)
        host.signal(signal)
        let end = try call.end()
        #expect(end.code == 0 && end.output == "1500\n", "\(end.error)")
        #expect(try host.end().code == 0)
        #expect(Processes.running(all).isEmpty)
    }

    @Test func `a second signal stops the host at once`() throws {
        let host = try HostProcess(
            """
              probe: { plugin: Probe, slot: async, drain-timeout: 10m }
              forked: { plugin: Probe, slot: forked, drain-timeout: 10m }
            """)
        let calls = try ["probe", "forked"].map {
            try host.start("call", "\($0).spin", "[600000]", "--timeout", "10m")
        }
        try Deadline.wait("calls that run") {
            try host.services().values.allSatisfy { $0.in_flight == 1 }
        }
        let all = Processes.below(host.pid)
        host.signal(SIGTERM)
        try Deadline.wait("a host that stops") { host.log.contains("stopping") }
        host.signal(SIGTERM)
        #expect(try host.end(within: .seconds(5)).code == 130)
        try Deadline.wait("an end of its workers", within: .seconds(1)) {
            Processes.running(all).isEmpty
        }
        withExtendedLifetime(calls) {}
    }

    @Test func `a second host on a state folder is told the number of the first`() throws {
        let host = try HostProcess(Self.services)
        let second = try host.run("run")
        #expect(second.code == 1)
        #expect(second.output.isEmpty)
        #expect(second.error.contains("(pid \(host.pid))"), "\(second.error)")
        #expect(try host.call("echo.echo", "[1]") == "1")
        // Killed, it leaves nothing in the way of its successor.
        host.signal(SIGKILL)
        _ = try host.end()
        let next = try HostProcess(Self.services, in: host.folder)
        #expect(try next.call("echo.echo", "[1]") == "1")
    }

    @Test(arguments: ["in-process", "async", "forked"])
    func `a service comes up when the file of its plugin does`(slot: String) throws {
        let folder = TemporaryFolder()
        let host = try HostProcess(
            """
              late: { plugin: Late, slot: \(slot) }
              echo: { plugin: Echo, slot: in-process }
            """, in: folder, plugins: folder.path)
        #expect(host.output.contains("late: waiting for its plugin"))
        #expect(host.output.hasSuffix("ready: 1 of 2\n"))
        #expect(try host.services()["late"]?.state == "waiting")
        try FileManager.default.copyItem(
            atPath: "\(Program.products)/libEcho.so", toPath: folder.path(".new"))
        try FileManager.default.moveItem(
            atPath: folder.path(".new"), toPath: folder.path("libLate.so"))
        try Deadline.wait("a service that is up") {
            try host.services()["late"]?.state == "running"
        }
        #expect(try host.call("late.echo", "[1]") == "1")
    }

    @Test(arguments: ["probe", "forked"])
    func `logs survive restarts`(service: String) throws {
        let host = try HostProcess(Self.services)
        _ = try host.call("\(service).log", #"["info","before"]"#)
        #expect(try host.run("restart", service).code == 0)
        _ = try host.call("\(service).log", #"["info","after"]"#)
        try Deadline.wait("both records") {
            let log = try host.run("logs", service).output
            guard let before = log.range(of: "before"), let after = log.range(of: "after") else {
                return false
            }
            return before.upperBound < after.lowerBound
        }
    }

    @Test func `start, stop and restart may be repeated`() throws {
        let host = try HostProcess(Self.services)
        for service in ["echo", "probe", "forked"] {
            for (verb, state) in [
                ("start", "running"), ("stop", "stopped"), ("stop", "stopped"),
                ("restart", "running"), ("restart", "running"), ("stop", "stopped"),
                ("start", "running"), ("start", "running"),
            ] {
                let end = try host.run(verb, service)
                #expect(end.code == 0 && end.error.isEmpty, "\(verb) \(service): \(end.error)")
                #expect(try host.services()[service]?.state == state)
            }
        }
    }

    @Test func `a notification is done without its caller`() throws {
        let host = try HostProcess(Self.services + "\n  memory: { plugin: Memory }")
        let end = try host.run("notify", "memory.set", #"["key",[1]]"#)
        #expect(end.code == 0 && end.output.isEmpty && end.error.isEmpty)
        try Deadline.wait("its effect") { try host.call("memory.get", #"["key"]"#) == "[1]" }
        let unknown = try host.run("notify", "memry.set", "[]")
        #expect(unknown.code == 1)
        #expect(unknown.error.hasPrefix("error[not-found]: "))
    }
}
