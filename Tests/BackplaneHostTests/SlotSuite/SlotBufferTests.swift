// SPDX-License-Identifier: Apache-2.0

import BackplanePayload
import BackplaneTransport
import Foundation
import Synchronization
import Testing

@testable import BackplaneHost

/// One semantics in every slot: bytes that are built in place, read where they lie, and kept.
@Suite(.timeLimit(.minutes(10)))
struct SlotBufferTests {
    private static let large = 1 << 20
    /// Around what is copied anyway, what is not copied, and what is too large to be copied at once.
    private static let sizes = [0, 1, 16 << 10, 20_000, 1 << 20, 20 << 20]

    private static func content(_ count: Int) -> [UInt8] {
        (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 31) }
    }

    /// The arguments `[bytes]`, built for a service.
    private static func arguments(
        _ host: TestHost, for service: String, _ count: Int, timeout: Duration? = nil
    ) async throws -> Payload {
        try await host.host.withPayloadBuffer(
            for: service, capacity: count + 6, timeout: timeout
        ) { output in
            for byte in [0x81, 0x5a] as [UInt8] { output.append(byte) }
            for shift in [24, 16, 8, 0] {
                output.append(UInt8(truncatingIfNeeded: count >> shift))
            }
            for index in 0..<count { output.append(UInt8(truncatingIfNeeded: index &* 31)) }
        }
    }

    private static func call(
        _ host: TestHost, _ method: String, _ arguments: Payload
    ) async throws -> Value {
        let result = try await host.host.call("probe", method, arguments: arguments).get()
        return try CBOR.decode(Value.self, from: result.bytes)
    }

    private static func poolOfHost(_ slot: SlotKind) -> Value {
        slot == .forked ? "backplane-host" : ""
    }

    @Test(arguments: SlotKind.allCases)
    func `bytes of any size cross both ways`(slot: SlotKind) async throws {
        let host = try await TestHost([SlotBehaviourTests.probe(slot)])
        // Small ones also follow large ones, whose memory may be used again.
        for size in Self.sizes + [200_000, 0, 16 << 10, 3] {
            let bytes = Self.content(size)
            #expect(try await host.call("probe.shared", .bytes(bytes)) == .bytes(bytes))
            for method in ["build", "buildAsync"] {
                let built = try await host.call("probe.\(method)", .integer(Int64(size)))
                #expect(built == .bytes(bytes))
            }
            let arguments = try await Self.arguments(host, for: "probe", size)
            #expect(try await Self.call(host, "shared", arguments) == .bytes(bytes))
            // As often as one likes, also what has been sent.
            #expect(try await Self.call(host, "difference", arguments) == -1)
        }
        try await host.stop()
    }

    @Test(arguments: SlotKind.allCases)
    func `large arguments are read where they lie`(slot: SlotKind) async throws {
        let host = try await TestHost([SlotBehaviourTests.probe(slot)])
        let bytes = Value.bytes(Self.content(Self.large))
        #expect(try await host.call("probe.place", bytes) == Self.poolOfHost(slot))
        let arguments = try await Self.arguments(host, for: "probe", 64 << 20)
        #expect(try await Self.call(host, "place", arguments) == Self.poolOfHost(slot))
        let own = try await host.call("probe.placeOfBuilt", .integer(Int64(Self.large)))
        #expect(own == (slot == .forked ? "backplane-worker" : ""))
        try await host.stop()
    }

    @Test(arguments: SlotKind.allCases)
    func `bytes may be kept beyond their call, and come back`(slot: SlotKind) async throws {
        let host = try await TestHost([SlotBehaviourTests.probe(slot)])
        let pool = try #require(await Self.usedPool(host))
        for count in 1...3 {
            let held = try await host.call("probe.hold", .bytes(Self.content(Self.large)))
            #expect(held == .integer(Int64(count)))
        }
        // What comes after them lies elsewhere.
        for _ in 0..<10 {
            _ = try await host.call(
                "probe.header", .bytes([UInt8](repeating: 9, count: Self.large)))
        }
        if slot == .forked { #expect(pool() >= 3 * Self.large) }
        #expect(try await host.call("probe.letGo") == [-1, -1, -1])
        // Its caller may have the outcome a moment before all of it is told.
        let end = ContinuousClock.now + .seconds(30)
        while pool() != 0, ContinuousClock.now < end { await Task.yield() }
        #expect(pool() == 0)
        try await host.stop()
    }

    @Test(arguments: SlotKind.allCases)
    func `messages and requests carry what was built`(slot: SlotKind) async throws {
        let host = try await TestHost([SlotBehaviourTests.probe(slot)])
        let bytes = Value.bytes(Self.content(Self.large))
        let call = host.host.open("probe", "sendBuilt", 20, Self.large)
        var count = 0
        for try await message in call.messages {
            #expect(message.data == bytes)
            count += 1
        }
        #expect(count == 20)
        try await call.finish()
        let asking = host.host.open("probe", "askBuilt", Self.large)
        asking.onRequest { try $0.respond($0.data) }
        #expect(try await asking.value(as: Int.self) == -1)
        try await host.stop()
    }

    @Test(arguments: SlotKind.allCases, SlotKind.allCases)
    func `a plugin builds for another service`(from: SlotKind, to: SlotKind) async throws {
        let host = try await TestHost([
            SlotBehaviourTests.probe(from), SlotBehaviourTests.probe(to, name: "other"),
        ])
        let count = Value.integer(Int64(Self.large))
        for method in ["difference", "shared", "place"] {
            let result = try await host.call("probe.passBuilt", "other", .string(method), count)
            switch method {
            case "difference": #expect(result == -1)
            case "shared": #expect(result == .bytes(Self.content(Self.large)))
            default: #expect(result == Self.poolOfHost(to))
            }
        }
        #expect(await host.code("probe.passBuilt", "nobody", "shared", count) != nil)
        try await host.stop()
    }

    @Test(arguments: SlotKind.allCases)
    func `a capacity that no memory has is refused in words`(slot: SlotKind) async throws {
        let host = try await TestHost([SlotBehaviourTests.probe(slot)])
        for method in ["probe.build", "probe.buildAsync"] {
            for (capacity, words) in [
                (-1, "buffer of -1 bytes: invalid-argument"), (.min, "invalid-argument"),
                (.max, "invalid-argument"), (1 << 62, "too-large"),
            ] as [(Int64, String)] {
                let error = await #expect(throws: CallError.self) {
                    try await host.call(method, .integer(capacity))
                }
                #expect(error?.message.contains(words) == true, "\(String(describing: error))")
            }
        }
        let error = await #expect(throws: CallError.self) {
            try await host.host.withPayloadBuffer(for: "probe", capacity: -1) { _ in }
        }
        #expect(error?.code == .invalidArgument)
        #expect(try await host.call("probe.build", 0) == .bytes([]))
        try await host.stop()
    }

    /// How much of the pools of `probe` is taken; 0 where there is none.
    static func usedPool(_ host: TestHost) async -> (@Sendable () -> Int)? {
        let receiver = host.host.resources.router.receiver("probe") as? Service
        let slot = receiver?.generation?.slot
        return {
            guard let forked = slot as? ForkedSlot else { return 0 }
            return forked.state.withLock { $0.workers.values.map(\.pool) }
                .reduce(0) { $0 + $1.usedBytes }
        }
    }
}
