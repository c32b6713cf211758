// SPDX-License-Identifier: Apache-2.0

import Foundation
import OracleSupport
import Testing

/// The verbs against a host that runs sample plugins.
@Suite(.serialized)
struct HostVerbTests {
    private let host: RunningHost

    init() throws {
        host = try RunningHost(
            """
              echo: { plugin: Echo, slot: in-process }
              memory: { plugin: Memory, slot: async }
              absent: { plugin: Absent }
            """)
    }

    @Test func `run says a line for each service, then how many are ready`() throws {
        #expect(host.lines.count == 4)
        #expect(host.lines.contains { $0.hasPrefix("echo: running after ") })
        #expect(host.lines.contains { $0.hasPrefix("memory: running after ") })
        #expect(host.lines.contains { $0.hasPrefix("absent: waiting for its plugin") })
        #expect(host.lines.last == "ready: 2 of 3")
    }

    @Test func `call prints the result in one line`() throws {
        let value = #"{"a":"é","z":[1,2.5,null,true]}"#
        #expect(try host.run("call", "echo.echo", "[\(value)]").output == value + "\n")
        #expect(try host.run("call", "echo.echo", #"{"value":7}"#).output == "7\n")
        #expect(try host.run("call", "echo.echo", "-7", "--timeout", "5s").output == "-7\n")
    }

    @Test(arguments: [
        ("ecko.echo", "error[not-found]: no service 'ecko'; did you mean 'echo'?\n"),
        (
            "echo.eco",
            "error[not-found]: service 'echo' has no method 'eco'; did you mean 'echo'?\n"
        ),
    ])
    func `an unknown target gets the nearest name`(target: String, error: String) throws {
        let end = try host.run("call", target)
        #expect(end.code == 1)
        #expect(end.output.isEmpty)
        #expect(end.error == error)
    }

    @Test func `stream prints each message, then the result`() throws {
        #expect(
            try host.run("call", "echo.echoer", "[[1,\"x\"]]", "--stream").output == """
                {"message":1,"identifier":"echo/1#1"}
                {"message":"x","identifier":"echo/1#1"}
                {"result":2}

                """)
    }

    @Test func `answer has requests answered by another method`() throws {
        let answered = try host.run("call", "echo.requester", "3", "--answer", "echo.echo")
        #expect(answered.output == "[0,1,2]\n")
        let alone = try host.run("call", "echo.requester", "3")
        #expect(alone.code == 1)
        #expect(alone.error.hasPrefix("error[failed]: ") || alone.error.contains("unavailable"))
    }

    @Test func `notify is done once the host has accepted it`() throws {
        #expect(try host.run("notify", "memory.set", #"["k",[1]]"#).code == 0)
        // The call runs on its own; the next one of the same method comes after it.
        #expect(try host.run("call", "memory.set", #"["l",2]"#).code == 0)
        #expect(try host.run("call", "memory.get", "\"k\"").output == "[1]\n")
    }

    @Test func `ps shows every service, and JSON that has a version`() throws {
        let table = try host.run("ps").output.split(separator: "\n")
        #expect(table.count == 4)
        #expect(table[0].hasPrefix("NAME    STATE    SLOT"))
        #expect(table[1].hasPrefix("echo    running  in-process"))
        #expect(table[3].hasPrefix("absent  waiting  async"))
        #expect(try host.run("ps", "-o", "wide").output.contains("IN-FLIGHT"))
        #expect(try host.run("status", "--json").output.hasPrefix(#"{"version":1,"host":{"#))
    }

    @Test func `start, stop and restart say what came of it and may be repeated`() throws {
        #expect(try host.run("stop", "echo").output == "echo: stopped\n")
        #expect(try host.run("stop", "echo").output == "echo: already stopped\n")
        let call = try host.run("call", "echo.echo", "1")
        #expect(call.code == 1)
        #expect(call.error.hasPrefix("error[unavailable]: "))
        #expect(try host.run("start", "echo").output == "echo: running\n")
        #expect(try host.run("start", "echo").output == "echo: already running\n")
        #expect(
            try host.run("restart", "echo", "memory").output == "echo: running\nmemory: running\n")
        let unknown = try host.run("stop", "ecko")
        #expect(unknown.code == 1)
        #expect(unknown.error == "error[not-found]: no service 'ecko'; did you mean 'echo'?\n")
    }

    @Test func `inspect shows a service and its methods`() throws {
        let screen = try host.run("inspect", "memory").output
        #expect(screen.contains("plugin      memory 1.0.0\n"))
        #expect(screen.contains("  append(key: String, value: Value) → Int"))
        #expect(try host.run("inspect", "absent").output.contains("waiting for its plugin"))
        #expect(try host.run("inspect", "nobody").code == 1)
        #expect(try host.run("inspect", "echo", "--json").output.hasPrefix(#"{"version":1,"#))
    }

    @Test func `bench measures`() throws {
        let end = try host.run(
            "bench", "echo.echo", "1", "--duration", "50ms", "--concurrency", "4")
        #expect(end.code == 0)
        #expect(end.output.hasPrefix("calls  "))
    }

    @Test func `a second host on the same folder is refused, and names the first`() throws {
        let end = try host.run("run")
        #expect(end.code == 1)
        #expect(end.error.contains("another host (pid "))
    }

    @Test(arguments: [SIGINT, SIGTERM])
    func `a signal ends the host well, and takes its socket away`(signal: Int32) throws {
        #expect(FileManager.default.fileExists(atPath: host.folder.path(".backplane/host.sock")))
        host.signal(signal)
        #expect(host.end() == 0)
        #expect(!FileManager.default.fileExists(atPath: host.folder.path(".backplane/host.sock")))
    }
}
