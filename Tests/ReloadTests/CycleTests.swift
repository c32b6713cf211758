// SPDX-License-Identifier: Apache-2.0

import OracleSupport
import ReloadStorm
import Testing

/// Services that call each other while they are replaced.
struct CycleTests {
    /// With state, without, and one of each.
    static let pairs = [
        ["VersionedEcho", "VersionedCompute"], ["VersionedMemory", "VersionedEcho"],
        ["VersionedMemory", "VersionedMemory"],
    ]

    @Test(arguments: ReloadingHost.slots, pairs)
    func `services that call each other are replaced without an end of either`(
        slot: String, pair: [String]
    ) throws {
        let builds = try pair.map { try PatchedPlugin($0) }
        let versions = try builds.map { [try $0.version(1), try $0.version(2)] }
        let host = try ReloadingHost(
            ["a", "b"].map { name in
                """
                  \(name): { plugin: \(name.uppercased()), slot: \(slot), queue: 4096, \
                concurrency: 256, retries: { max: 0 }, timeout: 60s, drain-timeout: 60s }
                """
            }.joined(separator: "\n"), plugins: ["A": versions[0][0], "B": versions[1][0]])
        // A calls B calls A, and the other way round.
        let loads = [
            host.load("a.chain", #"[["b", "a"], 5]"#), host.load("b.chain", #"[["a", "b"], 5]"#),
            host.load("a.chain", #"[["a", "b", "b", "a"], 1]"#),
        ]
        for number in 1..<11 {
            for load in loads { try load.more(8) }
            let event = try host.replace("A", by: versions[0][number % 2], of: "a")
            #expect(event.kind == "switched", "\(event)")
        }
        // Both at once.
        for number in 1..<11 {
            for load in loads { try load.more(8) }
            let heard = host.follower.events.count
            try versions[0][number % 2].install(at: host.path("A"))
            try versions[1][number % 2].install(at: host.path("B"))
            for name in ["a", "b"] {
                _ = try host.follower.wait("a switch of \(name)", after: heard) {
                    $0.service == name && $0.kind == "switched"
                }
            }
        }
        for load in loads {
            let report = try load.stop()
            #expect(report.errors.isEmpty && report.lost == 0, "\(report.errors.prefix(3))")
        }
    }
}
