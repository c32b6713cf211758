// SPDX-License-Identifier: Apache-2.0

import BackplanePayload
import Synchronization
import Testing

@testable import BackplaneHost

/// Requests and their handlers, in every slot: what other implementations of this idea get wrong.
@Suite(.timeLimit(.minutes(10)))
struct RequestHandlerTests {
    private static func host(_ slot: SlotKind) async throws -> TestHost {
        try await TestHost([SlotBehaviourTests.probe(slot)])
    }

    @Test(arguments: SlotKind.allCases)
    func `an async handler answers each request, one at a time, in order`(
        slot: SlotKind
    ) async throws {
        let host = try await Self.host(slot)
        let call = host.host.open("probe", "askAtOnce", 20)
        let inside = Mutex(0)
        let seen = Noted<Int>()
        call.onRequest(of: Int.self) { request in
            #expect(
                inside.withLock {
                    $0 += 1; return $0
                } == 1)
            await Task.yield()
            seen.note(request.data)
            #expect(request.identifier == "probe/1#1")
            try request.respond(request.data * 2)
            inside.withLock { $0 -= 1 }
        }
        #expect(try await call.value(as: [Int].self) == (0..<20).map { $0 * 2 })
        #expect(seen.all.sorted() == Array(0..<20))
        try await host.stop()
    }

    @Test(arguments: SlotKind.allCases)
    func `a second answer is dropped and counted`(slot: SlotKind) async throws {
        let host = try await Self.host(slot)
        let call = host.host.open("probe", "ask", 4)
        call.onRequest(of: Int.self) { request in
            try request.respond(request.data)
            try request.respond("second")
            request.refuse(CallError(.failed, "third"))
        }
        #expect(try await call.value(as: [Int].self) == [0, 1, 2, 3])
        // The handler goes on after the answer that ends the call.
        let late = host.host.resources.router.environment.lateReplies
        #expect(await waited { late.value == 8 })
        try await host.stop()
    }

    @Test(arguments: SlotKind.allCases)
    func `a late answer is dropped and counted, and shifts none`(slot: SlotKind) async throws {
        let host = try await Self.host(slot)
        let call = host.host.open("probe", "askWithin", 3, 300)
        let first = Noted<Request<Int>>()
        call.onRequest(of: Int.self) { request in
            switch request.data {
            case 0: first.note(request)
            default:
                for late in first.all { try late.respond("late") }
                try request.respond(request.data)
            }
        }
        #expect(try await call.value(as: [Value].self) == [.null, 1, 2])
        #expect(host.host.resources.router.environment.lateReplies.value == 2)
        try await host.stop()
    }

    @Test(arguments: SlotKind.allCases)
    func `any value is a value: arrays, and the words of other protocols`(
        slot: SlotKind
    ) async throws {
        let host = try await Self.host(slot)
        let answers: [Value] = [
            [1, [2, []]], "CLOSE", "close", "__CLOSE__", nil, [], ["control": "close"], .bytes([0]),
        ]
        let call = host.host.open("probe", "ask", answers.count)
        call.onRequest(of: Int.self) { try $0.respond(answers[$0.data]) }
        #expect(try await call.value(as: [Value].self) == answers)
        try await host.stop()
    }

    @Test(arguments: SlotKind.allCases)
    func `a request may be answered later and from anywhere`(slot: SlotKind) async throws {
        let host = try await Self.host(slot)
        let call = host.host.open("probe", "askAtOnce", 5)
        let kept = Noted<Request<Int>>()
        call.onRequest(of: Int.self) { request in
            kept.note(request)
            guard kept.count == 5 else { return }
            // The last of them answers all, in the reverse order, elsewhere.
            Task.detached {
                for request in kept.all.reversed() { try request.respond(request.data) }
            }
        }
        #expect(try await call.value(as: [Int].self) == Array(0..<5))
        try await host.stop()
    }

    @Test(arguments: SlotKind.allCases)
    func `a request that is never answered ends with the call's time`(slot: SlotKind) async throws {
        let host = try await Self.host(slot)
        let call = host.host.open("probe", "ask", 1, timeout: .milliseconds(300))
        call.onRequest { _ in }
        #expect(await call.outcome.code == .deadlineExceeded)
        let within = host.host.open("probe", "askWithin", 1, 100)
        within.onRequest { _ in }
        #expect(try await within.value(as: [Value].self) == [nil])
        try await host.stop()
    }

    @Test(arguments: SlotKind.allCases)
    func `without a handler a request is unavailable at once, and says how to attach one`(
        slot: SlotKind
    ) async throws {
        let host = try await Self.host(slot)
        // No time-out at all: it does not wait for one.
        for method in ["ask", "askBlocking"] {
            let call = host.host.open("probe", method, 1)
            let error = await #expect(throws: CallError.self) { try await call.finish() }
            #expect(error?.message.contains("onRequest") == true)
            #expect(error?.message.contains("requests-to") == true)
        }
        try await host.stop()
    }

    @Test(arguments: SlotKind.allCases)
    func `requests-to answers what no handler does`(slot: SlotKind) async throws {
        var service = SlotBehaviourTests.probe(slot)
        service.requestsTo = "other.echo"
        let host = try await TestHost([service, SlotBehaviourTests.probe(.async, name: "other")])
        let call = host.host.open("probe", "ask", 2)
        #expect(try await call.value(as: [Int].self) == [0, 1])
        let handled = host.host.open("probe", "ask", 2)
        handled.onRequest(of: Int.self) { try $0.respond($0.data + 10) }
        #expect(try await handled.value(as: [Int].self) == [10, 11])
        try await host.stop()
    }

    // MARK: Handlers that throw

    private class Mistake: Error, @unchecked Sendable {}
    private final class GraveMistake: Mistake, @unchecked Sendable {}

    @Test(arguments: SlotKind.allCases)
    func `a handler that throws ends the call, and its error is thrown`(
        slot: SlotKind
    ) async throws {
        let host = try await Self.host(slot)
        let call = host.host.open("probe", "ask", 3)
        call.onRequest { _ in throw Mistake() }
        await #expect(throws: Mistake.self) { try await call.value(as: [Int].self) }
        #expect(await call.outcome.code == .cancelled)
        #expect(try await host.call("probe.echo", 1) == 1)
        try await host.stop()
    }

    @Test(arguments: SlotKind.allCases)
    func `an error in a handler does not hang the worker`(slot: SlotKind) async throws {
        let host = try await Self.host(slot)
        let process = try await host.call("probe.processNumber")
        for policy in [ErrorPolicy.raise, .end, .continue] {
            // Its worker's only thread for calls waits for the answer.
            let call = host.host.open("probe", "askBlocking", 3)
            call.onRequest(onError: policy) { _ in throw Mistake() }
            await #expect(throws: (any Error).self) { try await call.finish() }
            // One at a time, in the same worker: that one is free again.
            #expect(try await host.call("probe.processNumber") == process)
        }
        try await host.stop()
    }

    @Test(arguments: SlotKind.allCases)
    func `a handler that throws may just end the call`(slot: SlotKind) async throws {
        let host = try await Self.host(slot)
        let call = host.host.open("probe", "ask", 3)
        call.onRequest(onError: .end) { _ in throw Mistake() }
        let error = await #expect(throws: CallError.self) { try await call.finish() }
        #expect(error?.code == .cancelled)
        try await host.stop()
    }

    @Test(arguments: SlotKind.allCases)
    func `a handler that throws may refuse that request only`(slot: SlotKind) async throws {
        let host = try await Self.host(slot)
        let call = host.host.open("probe", "askAtOnce", 3)
        call.onRequest(onError: .continue) { _ in throw Mistake() }
        let error = await #expect(throws: CallError.self) { try await call.finish() }
        // What the method makes of it: it passes the refusal on.
        #expect(error?.code == .failed)
        #expect(error?.message.contains("handler threw") == true)
        try await host.stop()
    }

    @Test func `the first rule that matches counts, subclasses match, the rest is raised`() {
        let policy = ErrorPolicy.first(
            .on(GraveMistake.self, .end), .on(Mistake.self, .continue), .on(.crashed, .continue))
        #expect(policy.action(for: GraveMistake()) == .end)
        #expect(policy.action(for: Mistake()) == .continue)
        #expect(policy.action(for: CallError(.crashed, "")) == .continue)
        #expect(policy.action(for: CallError(.failed, "")) == .raise)
        let first = ErrorPolicy.first(.on(Mistake.self, .continue), .on(GraveMistake.self, .end))
        #expect(first.action(for: GraveMistake()) == .continue)
        let every = ErrorPolicy.first(.on((any Error).self, .end))
        #expect(every.action(for: CallError(.failed, "")) == .end)
    }
}
