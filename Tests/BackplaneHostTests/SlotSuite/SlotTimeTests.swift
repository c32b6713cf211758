// SPDX-License-Identifier: Apache-2.0

import BackplanePayload
import BackplaneTransport
import Synchronization
import Testing

@testable import BackplaneHost

/// One semantics in every slot: deadlines, cancellation, room and depth.
@Suite(.timeLimit(.minutes(10)))
struct SlotTimeTests {
    private func probe(_ slot: SlotKind, name: String = "probe") -> ServiceConfiguration {
        SlotBehaviourTests.probe(slot, name: name)
    }

    @Test(arguments: SlotKind.allCases, ["spin", "sleep", "block"])
    func `a method past its deadline is deadline-exceeded`(
        slot: SlotKind, method: String
    ) async throws {
        let host = try await TestHost([probe(slot)])
        let code = await host.code("probe.\(method)", 400, timeout: .milliseconds(50))
        #expect(code == .deadlineExceeded)
        // And the slot recovers.
        #expect(try await host.call("probe.echo", 1) == 1)
        try await host.stop()
    }

    @Test(arguments: SlotKind.allCases)
    func `a synchronous method sees that its call was cancelled`(slot: SlotKind) async throws {
        let host = try await TestHost([probe(slot)])
        let call = try host.start("probe.spinUntilCancelled")
        call.cancel()
        #expect(await call.outcome.error?.code == .cancelled)
        #expect(try await host.call("probe.echo", 1) == 1)
        try await host.stop()
    }

    @Test(arguments: SlotKind.allCases)
    func `cancelling a task cancels its call`(slot: SlotKind) async throws {
        let host = try await TestHost([probe(slot)])
        let task = Task { await host.code("probe.sleep", 60_000) }
        task.cancel()
        #expect(await task.value == .cancelled)
        try await host.stop()
    }

    @Test(arguments: SlotKind.allCases)
    func `a synchronous method sees that the task of its caller was cancelled`(
        slot: SlotKind
    ) async throws {
        let host = try await TestHost([probe(slot)])
        let task = Task { await host.code("probe.spinUntilCancelled") }
        let managed = try #require(host.host.managed("probe"))
        while managed.supervisor.condition.now.generation?.slot.load.running == 0 {
            await Task.yield()
        }
        task.cancel()
        #expect(await task.value == .cancelled)
        let never = Task {
            while !Task.isCancelled { await Task.yield() }
            return await host.code("probe.echo", 1)
        }
        never.cancel()
        #expect(await never.value == .cancelled)
        try await host.stop()
    }

    @Test(arguments: SlotKind.allCases)
    func `a deadline travels with nested calls`(slot: SlotKind) async throws {
        let host = try await TestHost([probe(slot, name: "outer"), probe(slot, name: "inner")])
        let result = try await host.call(
            "outer.nest", "inner.deadlineLeft", [], timeout: .seconds(5))
        let left = try #require(result["value"]?.int)
        #expect(left <= 5000 && left > 0)
        let code = await host.code(
            "outer.nest", "inner.sleep", [60_000], timeout: .milliseconds(200))
        #expect(code == .deadlineExceeded)
        try await host.stop()
    }

    @Test(arguments: SlotKind.allCases)
    func `a cycle of calls ends as too deep`(slot: SlotKind) async throws {
        // Each level of a forked service needs a worker's thread; its methods are async.
        let host = try await TestHost([probe(slot)])
        let result = try await host.call("probe.depth", 100)
        #expect((result.int ?? 0) >= 16 && (result.int ?? 100) <= 32)
        try await host.stop()
    }

    @Test(arguments: SlotKind.allCases)
    func `a full queue is overloaded, and every call gets one outcome`(
        slot: SlotKind
    ) async throws {
        var service = probe(slot)
        service.concurrency = 1
        service.queue = 2
        service.workers = 1
        let host = try await TestHost([service])
        let calls = try (0..<10).map { _ in try host.start("probe.sleep", 200) }
        var codes: [OutcomeCode?] = []
        for call in calls { codes.append(await call.outcome.code) }
        #expect(codes.filter { $0 == nil }.count == 3)
        #expect(codes.filter { $0 == .overloaded }.count == 7)
        try await host.stop()
    }

    @Test(arguments: SlotKind.allCases)
    func `concurrency 1 serialises`(slot: SlotKind) async throws {
        var service = probe(slot)
        service.concurrency = 1
        service.workers = 1
        let host = try await TestHost([service])
        let clock = ContinuousClock()
        let time = try await clock.measure {
            let calls = try (0..<4).map { _ in try host.start("probe.sleep", 50) }
            for call in calls { #expect(await call.outcome.error == nil) }
        }
        #expect(time >= .milliseconds(200))
        try await host.stop()
    }

    @Test(arguments: SlotKind.allCases)
    func `a service outside may-call is denied`(slot: SlotKind) async throws {
        var caller = probe(slot, name: "caller")
        caller.mayCall = ["friend"]
        let host = try await TestHost([
            caller, probe(slot, name: "friend"), probe(slot, name: "stranger"),
        ])
        let allowed = try await host.call("caller.nest", "friend.echo", [1])
        #expect(allowed["value"] == 1)
        let denied = try await host.call("caller.nest", "stranger.echo", [1])
        #expect(denied["error"] == "permission-denied")
        let unlisted = try await host.call("friend.nest", "host.status", [])
        #expect(unlisted["error"] == "permission-denied")
        try await host.stop()
    }

    @Test(arguments: SlotKind.allCases)
    func `a stopped service is unavailable, and comes back`(slot: SlotKind) async throws {
        let host = try await TestHost([probe(slot)])
        let managed = try #require(host.host.managed("probe"))
        #expect(await managed.supervisor.stop() == .stopped)
        #expect(await host.code("probe.echo", 1) == .unavailable)
        #expect(await managed.supervisor.start() == .running)
        #expect(try await host.call("probe.identifier") == "probe/2#1")
        try await host.stop()
    }

    @Test(arguments: SlotKind.allCases)
    func `calls of many callers all end`(slot: SlotKind) async throws {
        var service = probe(slot)
        service.queue = 20_000
        let host = try await TestHost([service])
        let calls = try (0..<10_000).map { try host.start("probe.echo", .integer(Int64($0))) }
        for (index, call) in calls.enumerated() {
            let value = try CBOR.decode(Int.self, from: await call.outcome.get().bytes)
            #expect(value == index)
        }
        try await host.stop()
    }
}
