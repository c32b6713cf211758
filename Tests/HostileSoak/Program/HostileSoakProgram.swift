// SPDX-License-Identifier: Apache-2.0

import Foundation
import HostileWorkers
import Synchronization

/// Workers that attack their host, a thousand times: `backplane-hostile-soak [DEATHS [ATTACK…]]`.
///
/// Exits 1 when one was not killed and replaced, a neighbour had less than half of its calls, or
/// anything was left behind.
@main
struct HostileSoakProgram {
    static func main() async throws {
        let arguments = CommandLine.arguments.dropFirst()
        let deaths = arguments.first.flatMap { Int($0) } ?? 1000
        let named = arguments.dropFirst().compactMap { Attack(rawValue: $0) }
        let attacks = named.isEmpty ? Attack.allCases : named
        var isSurvived = true
        let kinds = HostileHost.Callers.allCases
        for (index, callers) in kinds.enumerated() {
            say("callers of the \(callers)")
            let part = (deaths + index) / kinds.count
            isSurvived = try await Self.isSurvived(part, attacks, callers) && isSurvived
        }
        exit(isSurvived ? 0 : 1)
    }

    // Not on the main actor, where each hop costs 20 µs.
    @concurrent
    private static func isSurvived(
        _ deaths: Int, _ attacks: [Attack], _ callers: HostileHost.Callers
    ) async throws -> Bool {
        let isSurvived = Atomic(true)
        try await HostileHost.with(callers: callers) { host in
            // Whatever is made once is made before anybody counts.
            for attack in attacks {
                _ = try await Assault.run(attack, on: host, window: .milliseconds(10))
            }
            let before = try await Census.settled()
            var tally = AssaultTally()
            for death in 0..<deaths {
                let attack = attacks[death % attacks.count]
                let report = try await Assault.run(attack, on: host, window: .milliseconds(200))
                tally.add(report)
                guard !report.isSurvived else { continue }
                isSurvived.store(false, ordering: .relaxed)
                say("\(report)")
            }
            say("the neighbour: \(Int(tally.undisturbed)) calls a second, and of those")
            for (attack, part) in tally.parts {
                say("\(Int(part * 100)) % during \(attack.rawValue)")
            }
            if !tally.isServed { isSurvived.store(false, ordering: .relaxed) }
            let after = try await Census.settled(within: before)
            say("before: \(before)\nafter \(deaths) deaths: \(after)")
            if after.exceeds(before) { isSurvived.store(false, ordering: .relaxed) }
        }
        return isSurvived.load(ordering: .relaxed)
    }

    /// Writes a line at once: it takes minutes, and somebody may be watching.
    private static func say(_ line: String) {
        FileHandle.standardOutput.write(Data((line + "\n").utf8))
    }
}
