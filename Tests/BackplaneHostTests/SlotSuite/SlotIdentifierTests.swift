// SPDX-License-Identifier: Apache-2.0

import BackplanePayload
import Testing

@testable import BackplaneHost

/// Who speaks: never the same for two.
@Suite(.timeLimit(.minutes(10)))
struct SlotIdentifierTests {
    @Test(arguments: SlotKind.allCases)
    func `an identifier is never used again`(slot: SlotKind) async throws {
        var service = SlotBehaviourTests.probe(slot)
        service.restart.delay = .milliseconds(1)
        // Its calls wait for the worker that takes a dead one's place.
        service.retries.max = 20
        let host = try await TestHost([service])
        let supervisor = try #require(host.host.managed("probe")?.supervisor)
        var seen: [String] = []
        for _ in 0..<4 {
            seen.append(try #require(try await host.call("probe.identifier").string))
            if slot == .forked {
                for _ in 0..<3 {
                    #expect(await host.code("probe.crash") == .crashed)
                    seen.append(try #require(try await host.call("probe.identifier").string))
                }
            }
            #expect(await supervisor.restart() == .running)
        }
        #expect(Set(seen).count == seen.count, "\(seen)")
        try await host.stop()
    }
}
