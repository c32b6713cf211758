// SPDX-License-Identifier: Apache-2.0

import HostileWorkers
import OracleSupport
import Testing

/// Each attack that there is, with a neighbour that is to be served meanwhile.
@Suite(.serialized)
struct HostileWorkerTests {
    @Test func `whatever a worker does to its host, only its own calls suffer`() async throws {
        try await HostileHost.with(worker: WorkerBuild.executable()) { host in
            _ = try await Assault.run(.unknownKind, on: host, window: .milliseconds(10))
            let before = try Census.now()
            for attack in Attack.allCases {
                var report = try await Assault.run(attack, on: host, window: .milliseconds(200))
                // Of a machine that others use, too, one bad moment says nothing.
                for _ in 0..<2 where !report.isServed {
                    report = try await Assault.run(attack, on: host, window: .milliseconds(400))
                }
                #expect(report.isSurvived, "\(report)")
            }
            let after = try await Census.settled(like: before)
            #expect(after == before)
        }
    }
}
