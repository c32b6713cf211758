// SPDX-License-Identifier: Apache-2.0

import BackplanePayload
import BackplaneTransport
import Foundation
import Testing

@testable import BackplaneHost

/// One semantics in every slot: a method that closes its messages before it ends.
@Suite(.timeLimit(.minutes(10)))
struct SlotClosingTests {
    private static func host(_ slot: SlotKind) async throws -> (TestHost, marker: String) {
        let host = try await TestHost([
            SlotBehaviourTests.probe(slot), SlotBehaviourTests.probe(slot, name: "other"),
        ])
        return (host, "\(host.folder)/marker")
    }

    private static func make(_ marker: String) {
        #expect(FileManager.default.createFile(atPath: marker, contents: nil))
    }

    private static let closed: Value = [
        "send": "unavailable", "request": "unavailable", "call": "ok", "trySend": "false",
        "blocking": "comm.close() was called: the call sends and asks nothing any more",
    ]

    @Test(arguments: SlotKind.allCases)
    func `a call closes its messages before it ends, once`(slot: SlotKind) async throws {
        let (host, marker) = try await Self.host(slot)
        let call = host.host.open("probe", "streamThenClose", 3, marker)
        var names: [String] = []
        for try await event in call.events {
            switch event {
            case .opened: names.append("opened")
            case .message(let message): names.append("message \(message.data.int ?? -1)")
            case .request: names.append("request")
            case .closed(let reason): names.append("closed \(reason)")
            }
        }
        #expect(
            names == ["opened", "message 0", "message 1", "message 2", "closed by its method"])
        // It still runs, and waits for this.
        Self.make(marker)
        #expect(try await call.value(as: Value.self) == Self.closed)
        try await host.stop()
    }

    @Test(arguments: SlotKind.allCases)
    func `readers of messages end when they are closed`(slot: SlotKind) async throws {
        let (host, marker) = try await Self.host(slot)
        let call = host.host.open("probe", "streamThenClose", 1000, marker)
        var count = 0
        for try await _ in call.messages { count += 1 }
        #expect(count == 1000)
        Self.make(marker)
        try await call.finish()
        try await host.stop()
    }

    @Test(arguments: SlotKind.allCases)
    func `what waits for room or for an answer ends when it is closed`(
        slot: SlotKind
    ) async throws {
        let (host, marker) = try await Self.host(slot)
        // Asked, and not answered.
        let asking = host.host.open("probe", "closeWhileAsking", marker)
        asking.onRequest { _ in Self.make(marker) }
        #expect(try await asking.value(as: String.self) == "unavailable")
        try FileManager.default.removeItem(atPath: marker)
        // Nobody reads before it has closed.
        let sending = try host.start(
            "probe.closeWhileSending", .string(marker), options: CallOptions(takesMessages: true),
            consumesAtOnce: false)
        let limit = ContinuousClock.now + .seconds(30)
        // In a forked slot the closing waits behind messages that nobody takes, and so does the outcome.
        while sending.closings.value == 0, ContinuousClock.now < limit {
            if FileManager.default.fileExists(atPath: marker) { sending.acknowledgeAll() }
            await Task.yield()
        }
        let outcome = try await sending.outcome.get()
        #expect(try CBOR.decode(String.self, from: outcome.bytes) == "unavailable")
        #expect(sending.closings.value == 1)
        try await host.stop()
    }

    @Test(arguments: SlotKind.allCases)
    func `a plugin that calls hears of the closing`(slot: SlotKind) async throws {
        let (host, marker) = try await Self.host(slot)
        let result = try await host.call(
            "probe.listenUntilClosed", "other.streamThenClose", [2, .string(marker)],
            .string(marker))
        #expect(result["messages"] == [0, 1])
        #expect(result["value"] == Self.closed)
        try await host.stop()
    }

    @Test(arguments: SlotKind.allCases)
    func `a call that was closed and crashes or fails is not closed again`(
        slot: SlotKind
    ) async throws {
        let (host, marker) = try await Self.host(slot)
        // Its time is over while it waits for the file.
        let call = host.host.open(
            "probe", "streamThenClose", 1, marker, timeout: .milliseconds(300))
        var reasons: [String] = []
        for try await event in call.events {
            if case .closed(let reason) = event { reasons.append("\(reason)") }
        }
        #expect(reasons == ["by its method"])
        #expect(await call.outcome.code == .deadlineExceeded)
        Self.make(marker)
        try await host.stop()
    }
}
