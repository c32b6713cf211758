// SPDX-License-Identifier: Apache-2.0

import BackplaneHost
import Foundation
import OracleSupport
import Testing

/// Calls that are turned away.
@Suite(.timeLimit(.minutes(5)))
struct RejectionTests {
    @Test(arguments: ["async", "forked"])
    func `calls that are rejected leak nothing`(slot: String) throws {
        let host = try HostProcess(
            """
              probe:
                plugin: StatelessProbe
                slot: \(slot)
                workers: 1
                queue: 1
                retries: { max: 0 }
            """)
        let client = try ControlClient(path: host.folder.path(".backplane/host.sock"))
        // One runs, one waits, and there is no place for another.
        let running = try client.send("probe.block", params: "[600000]")
        try Deadline.wait("a call that runs") { try host.services()["probe"]?.in_flight == 1 }
        let waiting = try client.send("probe.echo", params: "[1]")
        try Deadline.wait("a call that waits") { try host.services()["probe"]?.queued == 1 }
        try reject(500, over: client)
        let before = try census(of: host)
        try reject(5000, over: client)
        let after = try census(of: host)
        #expect(after.descriptors == before.descriptors)
        #expect(after.processes == before.processes)
        #expect(after.kibibytes - before.kibibytes < 1024)
        for call in [running, waiting] {
            try client.send(
                #"{"jsonrpc":"2.0","method":"$/cancelRequest","params":{"id":\#(call.json)}}"#)
        }
    }

    /// Has so many calls rejected.
    private func reject(_ count: Int, over client: ControlClient) throws {
        for _ in 0..<count {
            let identifier = try client.send("probe.echo", params: "[1]")
            guard case .answer(let answer) = try client.receive(),
                answer.identifier == identifier, case .failure(let error) = answer.result
            else { throw Deadline.Passed(description: "a call was not rejected") }
            #expect(error.callError.code == .overloaded)
        }
    }

    private struct Census {
        var descriptors = 0
        var processes = 0
        var kibibytes = 0
    }

    private func census(of host: HostProcess) throws -> Census {
        let below = Processes.running(Processes.below(host.pid))
        var census = Census(processes: below.count)
        for pid in below.union([host.pid]) {
            census.descriptors += try FileManager.default
                .contentsOfDirectory(atPath: "/proc/\(pid)/fd").count
            let status = try String(contentsOfFile: "/proc/\(pid)/status", encoding: .utf8)
            let line = status.split(separator: "\n").first { $0.hasPrefix("VmRSS:") }
            census.kibibytes +=
                line?.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0
        }
        return census
    }
}
