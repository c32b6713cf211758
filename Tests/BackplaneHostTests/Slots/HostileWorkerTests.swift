// SPDX-License-Identifier: Apache-2.0

import HostileWorkers
import OracleSupport
import Testing

/// Each attack that there is, with a neighbour that is to be served meanwhile.
@Suite(.serialized)
struct HostileWorkerTests {
    @Test(arguments: HostileHost.Callers.allCases)
    func `whatever a worker does to its host, only its own calls suffer`(
        callers: HostileHost.Callers
    ) async throws {
        let worker = try WorkerBuild.executable()
        try await HostileHost.with(worker: worker, callers: callers) { host in
            _ = try await Assault.run(.unknownKind, on: host, window: .milliseconds(10))
            let before = try await Census.settled()
            var tally = AssaultTally()
            // Others of this machine may have had the processors for a while: in doubt it is looked at
            // more often.
            var attacks = Attack.allCases
            for round in 0..<9 {
                if round == 3 { attacks = tally.doubtful }
                for attack in attacks {
                    let report = try await Assault.run(attack, on: host, window: .milliseconds(100))
                    #expect(report.isSurvived, "\(report)")
                    tally.add(report)
                }
            }
            for (attack, part) in tally.parts {
                #expect(part >= 0.5, "\(attack): \(part) of \(tally.undisturbed) calls a second")
            }
            let after = try await Census.settled(within: before)
            #expect(!after.exceeds(before), "\(after), and before it was \(before)")
        }
    }
}
