// SPDX-License-Identifier: Apache-2.0

import BackplanePayload
import BackplaneTransport
import Foundation
import Testing

@testable import BackplaneHost

/// Calls that are under way while their caller goes on, in every slot.
@Suite(.timeLimit(.minutes(5)))
struct PendingCallTests {
    private static func begin(
        _ host: TestHost, _ method: String, _ arguments: Value..., timeout: Duration? = nil
    ) throws -> PendingCall {
        host.host.begin(
            "probe", method, arguments: Payload(try CBOR.encode(Value.array(arguments))),
            timeout: timeout)
    }

    private static func value(of outcome: Outcome) throws -> Value {
        try CBOR.decode(Value.self, from: try outcome.get().bytes)
    }

    @Test(arguments: SlotKind.allCases)
    func `many are under way from one task, and each gives what it was asked`(
        slot: SlotKind
    ) async throws {
        var service = SlotBehaviourTests.probe(slot)
        service.queue = 1000
        let host = try await TestHost([service])
        let calls = try (0..<200).map { try Self.begin(host, "echo", .integer($0)) }
        for (number, call) in calls.enumerated() {
            #expect(try Self.value(of: await call.outcome) == .integer(Int64(number)))
        }
        // As often as one likes.
        #expect(try Self.value(of: await calls[7].outcome) == 7)
        try await host.stop()
    }

    @Test(arguments: SlotKind.allCases)
    func `beginning one does not take the thread`(slot: SlotKind) async throws {
        let host = try await TestHost([SlotBehaviourTests.probe(slot)])
        let call = try Self.begin(host, "spinUntilCancelled")
        call.cancel()
        #expect(await call.outcome.error?.code == .cancelled)
        // Nothing comes of it any more.
        call.cancel()
        #expect(await call.outcome.error?.code == .cancelled)
        try await host.stop()
    }

    @Test(arguments: SlotKind.allCases)
    func `cancelling the task that waits cancels it`(slot: SlotKind) async throws {
        let host = try await TestHost([SlotBehaviourTests.probe(slot)])
        let call = try Self.begin(host, "sleep", 600_000)
        let task = Task { await call.outcome }
        task.cancel()
        #expect(await task.value.error?.code == .cancelled)
        try await host.stop()
    }

    @Test(arguments: SlotKind.allCases)
    func `errors come as they do elsewhere`(slot: SlotKind) async throws {
        let host = try await TestHost([SlotBehaviourTests.probe(slot)])
        #expect(try await Self.begin(host, "fail", "why").outcome.error?.code == .failed)
        #expect(try await Self.begin(host, "nothing").outcome.error?.code == .notFound)
        #expect(
            try await Self.begin(host, "sleep", 600_000, timeout: .milliseconds(20))
                .outcome.error?.code == .deadlineExceeded)
        let stranger = host.host.begin("nobody", "echo", arguments: .null)
        #expect(await stranger.outcome.error?.code == .notFound)
        try await host.stop()
    }

    @Test func `one that failed in a worker is tried again`() async throws {
        var service = SlotBehaviourTests.probe(.forked)
        service.retries.max = 2
        let host = try await TestHost([service])
        let call = try Self.begin(host, "crashOnce", .string(host.folder + "/marker"))
        #expect(try Self.value(of: await call.outcome) == "ran again")
        try await host.stop()
    }

    @Test func `one that nobody asks about runs all the same`() async throws {
        let host = try await TestHost([SlotBehaviourTests.probe(.forked)])
        for _ in 0..<10 { _ = try Self.begin(host, "increment") }
        #expect(await waited { host.host.load(of: "probe")?.running == 0 })
        #expect(try await host.call("probe.count") == 10)
        try await host.stop()
    }
}
