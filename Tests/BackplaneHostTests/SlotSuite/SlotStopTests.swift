// SPDX-License-Identifier: Apache-2.0

import BackplanePayload
import Testing

@testable import BackplaneHost

/// One semantics in every slot: what becomes of calls when their service is stopped.
@Suite(.timeLimit(.minutes(10)))
struct SlotStopTests {
    @Test(arguments: SlotKind.allCases)
    func `a call that runs on when its service is stopped is cancelled`(
        slot: SlotKind
    ) async throws {
        var service = SlotBehaviourTests.probe(slot)
        service.timeout = nil
        service.drainTimeout = .milliseconds(100)
        let host = try await TestHost([service])
        // It waits for room that never comes: nobody consumes what it sends.
        let call = try host.start(
            "probe.streamAsync", 1000, 1, options: CallOptions(takesMessages: true),
            consumesAtOnce: false)
        await call.waitForMessage()
        let state = await host.host.managed("probe")?.supervisor.stop()
        #expect(state == .stopped)
        #expect(await call.outcome.code == .cancelled)
        #expect(await host.code("probe.echo", 1) == .unavailable)
        try await host.stop()
    }
}
