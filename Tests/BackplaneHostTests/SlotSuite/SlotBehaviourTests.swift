// SPDX-License-Identifier: Apache-2.0

import BackplanePayload
import BackplaneTransport
import Logging
import Synchronization
import Testing

@testable import BackplaneHost

/// One semantics in every slot: what methods of a Swift plugin meet.
@Suite(.timeLimit(.minutes(10)))
struct SlotBehaviourTests {
    static func probe(_ slot: SlotKind, name: String = "probe") -> ServiceConfiguration {
        var service = ServiceConfiguration(name: name, plugin: .name("Probe"), slot: slot)
        service.retries.max = 0
        return service
    }

    @Test(arguments: SlotKind.allCases)
    func `values come back as they went`(slot: SlotKind) async throws {
        let host = try await TestHost([Self.probe(slot)])
        let values: [Value] = [
            nil, true, 42, -1, .unsigned(.max), 1.5, "", "héllo 👩‍👩‍👧", .bytes([0, 255]), [],
            [1, "two", [3.5, nil]], ["a": ["b": [true]]],
        ]
        for value in values { #expect(try await host.call("probe.echo", value) == value) }
        let named = try await host.outcome("probe.echo", ["value": ["x": 1]])
        #expect(named == ["x": 1])
        try await host.stop()
    }

    @Test(arguments: SlotKind.allCases)
    func `payloads of nothing and of 64 MiB cross`(slot: SlotKind) async throws {
        let host = try await TestHost([Self.probe(slot)])
        #expect(try await host.call("probe.length", .bytes([])) == 0)
        #expect(try await host.call("probe.bytes", 0) == .bytes([]))
        let large = [UInt8](repeating: 9, count: 64 << 20)
        #expect(try await host.call("probe.length", .bytes(large)) == .integer(64 << 20))
        let back = try await host.call("probe.bytes", .integer(64 << 20))
        #expect(back.bytes?.count == 64 << 20)
        try await host.stop()
    }

    @Test(arguments: SlotKind.allCases)
    func `a payload over the limit is too large`(slot: SlotKind) async throws {
        let host = try await TestHost([Self.probe(slot)], payloadLimit: 1 << 20)
        let code = await host.code("probe.length", .bytes([UInt8](repeating: 1, count: 2 << 20)))
        #expect(code == .tooLarge)
        #expect(await host.code("probe.bytes", .integer(2 << 20)) == .tooLarge)
        #expect(try await host.call("probe.echo", 1) == 1)
        try await host.stop()
    }

    @Test(arguments: SlotKind.allCases)
    func `what a method throws is failed, with its words and its type`(
        slot: SlotKind
    ) async throws {
        let host = try await TestHost([Self.probe(slot)])
        let error = await #expect(throws: CallError.self) {
            try await host.call("probe.fail", "no such luck")
        }
        #expect(error?.code == .failed)
        #expect(error?.message.contains("no such luck") == true)
        #expect(error?.type?.contains("ProbeError") == true)
        #expect(await host.code("probe.invalid", "x") == .failed)
        try await host.stop()
    }

    @Test(arguments: SlotKind.allCases)
    func `arguments that do not fit are invalid`(slot: SlotKind) async throws {
        let host = try await TestHost([Self.probe(slot)])
        #expect(await host.code("probe.sleep", "soon") == .invalidArgument)
        #expect(await host.code("probe.sleep") == .invalidArgument)
        #expect(await host.code("probe.sleep", 1, 2) == .invalidArgument)
        let error = await #expect(throws: CallError.self) {
            try await host.outcome("probe.sleep", ["millisecond": 1])
        }
        #expect(error?.code == .invalidArgument)
        #expect(error?.message.contains("millisecond") == true)
        try await host.stop()
    }

    @Test(arguments: SlotKind.allCases)
    func `messages come in order, before the result, with the identifier`(
        slot: SlotKind
    ) async throws {
        let host = try await TestHost([Self.probe(slot)])
        for method in ["probe.stream", "probe.streamAsync"] {
            let call = try host.start(
                method, 5000, 8, options: CallOptions(takesMessages: true))
            #expect(await call.outcome.error == nil)
            let messages = call.messages.withLock { $0 }
            #expect(messages.count == 5000)
            #expect(Set(messages.map(\.identifier)) == ["probe/1#1"])
        }
        try await host.stop()
    }

    @Test(arguments: SlotKind.allCases)
    func `a sender without room waits until its deadline`(slot: SlotKind) async throws {
        let host = try await TestHost([Self.probe(slot)])
        let call = try host.start(
            "probe.stream", 100_000, 1024,
            options: CallOptions(timeout: .milliseconds(300), takesMessages: true),
            consumesAtOnce: false)
        #expect(await call.outcome.error?.code == .deadlineExceeded)
        #expect(call.messages.withLock { $0.count } <= 2 * CallTraffic.messageLimit)
        #expect(try await host.call("probe.echo", 1) == 1)
        try await host.stop()
    }

    @Test(arguments: SlotKind.allCases)
    func `requests are answered by the caller`(slot: SlotKind) async throws {
        let host = try await TestHost([Self.probe(slot)])
        for method in ["probe.ask", "probe.askBlocking"] {
            let call = try host.start(method, 5, options: CallOptions(takesRequests: true))
            let value = try CBOR.decode([Int].self, from: await call.outcome.get().bytes)
            #expect(value == [0, 2, 4, 6, 8])
        }
        #expect(await host.code("probe.ask", 1) == .failed)
        try await host.stop()
    }

    @Test(arguments: SlotKind.allCases)
    func `a main-actor method runs in a worker`(slot: SlotKind) async throws {
        guard slot == .forked else { return }
        let host = try await TestHost([Self.probe(slot)])
        #expect(try await host.call("probe.mainActor") == true)
        try await host.stop()
    }

    @Test(arguments: SlotKind.allCases)
    func `a call that has ended can not be used any more`(slot: SlotKind) async throws {
        let host = try await TestHost([Self.probe(slot)])
        _ = try await host.call("probe.late")
        let result = try await host.call("probe.lateResult")
        #expect(result["send"]?.string == "unavailable")
        try await host.stop()
    }

    @Test(arguments: SlotKind.allCases)
    func `log records arrive under the service's name`(slot: SlotKind) async throws {
        let host = try await TestHost([Self.probe(slot)])
        _ = try await host.call("probe.log", "warning", "remember this")
        let lines = host.host.managed("probe")?.log.last(100) ?? []
        #expect(lines.contains { $0.message == "remember this" && $0.level == .warning })
        try await host.stop()
    }
}
