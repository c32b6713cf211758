// SPDX-License-Identifier: Apache-2.0

import Foundation
import OracleSupport
import Testing

/// Calls that block hold up nobody else.
struct BlockedCallTests {
    @Test(arguments: ["in-process", "async", "forked"])
    func `more blocked calls than cores leave the host and the other services prompt`(
        slot: String
    ) throws {
        let cores = ProcessInfo.processInfo.activeProcessorCount
        let host = try HostProcess(
            """
              blocked: { plugin: \(CPlugin.trouble.path()), slot: \(slot), workers: \(cores + 2) }
              inside: { plugin: Echo, slot: in-process }
              beside: { plugin: Probe, slot: async }
              outside: { plugin: Compute, slot: forked }
            """)
        let calls = try (0..<2 * cores + 4).map { _ in
            try host.start("call", "blocked.wait", "[0]", "--timeout", "10m")
        }
        try Deadline.wait("calls that block") {
            try (host.services()["blocked"]?.in_flight ?? 0) >= cores
        }
        let limit = Duration.seconds(5)
        for _ in 0..<3 {
            #expect(try host.run("ps", within: limit).code == 0)
            #expect(try host.call("inside.echo", "[1]", within: limit) == "1")
            #expect(try host.call("beside.sleep", "[1]", within: limit) == "1")
            #expect(try host.call("outside.double", "[1]", within: limit) == "2")
        }
        withExtendedLifetime(calls) {}
    }
}
