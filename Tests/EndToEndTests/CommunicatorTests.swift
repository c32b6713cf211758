// SPDX-License-Identifier: Apache-2.0

import Foundation
import OracleSupport
import Testing

/// Messages and requests, from the command line and from a client in another language.
struct CommunicatorTests {
    private static let services = """
          echo: { plugin: Echo, slot: in-process }
          compute: { plugin: Compute, slot: forked }
        """
    private static let messages = (1...5).map { number in
        "{\"message\":\(number),\"identifier\":\"echo/1#1\"}\n"
    }.joined()

    @Test func `requests are answered by another service`() throws {
        let host = try HostProcess(Self.services)
        let end = try host.run("call", "echo.requester", "[3]", "--answer", "compute.double")
        #expect(end.output == "[0,2,4]\n")
        #expect(end.error.isEmpty)
        #expect(end.code == 0)
    }

    @Test func `messages come with identifiers, then the result`() throws {
        let host = try HostProcess(Self.services)
        let end = try host.run("call", "--stream", "echo.echoer", "[[1,2,3,4,5]]")
        #expect(end.output == Self.messages + "{\"result\":5}\n")
        #expect(end.error.isEmpty)
        #expect(end.code == 0)
    }

    @Test func `each value of a list is asked and answered with its double`() throws {
        let host = try HostProcess(Self.services)
        let end = try host.run(
            "call", "echo.asker", "[[1,2,3,4,5]]", "--answer", "compute.double")
        #expect(end.output == "[2,4,6,8,10]\n")
        #expect(end.error.isEmpty)
        #expect(end.code == 0)
    }

    @Test func `the example that sends prints 1 to 5, with who sent them`() throws {
        let folder = TemporaryFolder()
        let end = try Program([], of: "\(Program.products)/example-send", in: folder.path).end()
        let lines = (1...5).map { "echo/1#1: \($0)\n" }.joined()
        #expect(end.output == lines)
        #expect(end.error.isEmpty)
        #expect(end.code == 0)
    }

    @Test func `the example that asks prints the doubles of 1 to 5`() throws {
        let folder = TemporaryFolder()
        let end = try Program([], of: "\(Program.products)/example-request", in: folder.path).end()
        #expect(end.output == "2\n4\n6\n8\n10\n")
        #expect(end.error.isEmpty)
        #expect(end.code == 0)
    }

    @Test func `a client in Python does both over the control socket`() throws {
        let host = try HostProcess(Self.services)
        let socket = host.folder.path(".backplane/host.sock")
        let client = Oracle.root.appending(path: "Examples/control_client.py").path
        let stream = try Program(
            [client, socket, "echo.echoer", "[[1,2,3,4,5]]"], of: Oracle.python,
            in: host.folder.path
        ).end()
        #expect(
            stream.output.replacing(": ", with: ":").replacing(", ", with: ",")
                == Self.messages + "{\"result\":5}\n", "\(stream.error)")
        let requests = try Program(
            [client, socket, "echo.requester", "[3]", "compute.double"], of: Oracle.python,
            in: host.folder.path
        ).end()
        #expect(requests.output == "{\"result\": [0, 2, 4]}\n", "\(requests.error)")
    }
}
