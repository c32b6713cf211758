// SPDX-License-Identifier: Apache-2.0

import BackplanePayload
import BackplaneTransport
import Foundation
import Synchronization
import Testing

@testable import BackplaneHost

/// What becomes of large payloads when the memory for them is small, taken, or gone.
@Suite(.timeLimit(.minutes(10)))
struct ForkedPoolTests {
    private static func probe(workers: Int = 1, pool: Int) -> ServiceConfiguration {
        var service = SlotBehaviourTests.probe(.forked)
        if workers > 1 { service.plugin = .name("StatelessProbe") }
        service.workers = workers
        service.poolBytes = pool
        return service
    }

    private static func bytes(_ count: Int) -> Value {
        .bytes([UInt8](repeating: 5, count: count))
    }

    @Test func `a call waits for room until its deadline, and no longer`() async throws {
        let host = try await TestHost([Self.probe(pool: 4 << 20)])
        _ = try await host.call("probe.hold", Self.bytes(3 << 20))
        let begin = ContinuousClock.now
        let code = await host.code(
            "probe.header", Self.bytes(3 << 20), timeout: .milliseconds(300))
        #expect(code == .deadlineExceeded)
        #expect(host.forked?.load.restarts == 0)
        #expect(host.forked?.state.withLock { $0.count } == 1)
        #expect(ContinuousClock.now - begin < .seconds(20))
        // Small ones pass, and so does a large one as soon as there is room.
        async let waiting = host.call("probe.header", Self.bytes(3 << 20))
        #expect(try await host.call("probe.echo", 1) == 1)
        _ = try await host.call("probe.letGo")
        #expect(try await waiting == [.integer(3 << 20), 5, 5, 5, 5])
        try await host.stop()
    }

    @Test func `a call that waits for room can be cancelled, and its slot stopped`() async throws {
        let host = try await TestHost([Self.probe(pool: 4 << 20)])
        _ = try await host.call("probe.hold", Self.bytes(3 << 20))
        let cancelled = Task { await host.code("probe.header", Self.bytes(3 << 20)) }
        try await Self.wait { host.waitsForRoom }
        cancelled.cancel()
        #expect(await cancelled.value == .cancelled)
        #expect(!host.waitsForRoom)
        let stopped = Task { await host.code("probe.header", Self.bytes(3 << 20)) }
        try await Self.wait { host.waitsForRoom }
        try await host.stop()
        #expect(await stopped.value != nil)
    }

    @Test func `a call that waits for room of a worker that dies goes to the next`() async throws {
        let host = try await TestHost([Self.probe(pool: 4 << 20)])
        _ = try await host.call("probe.hold", Self.bytes(3 << 20))
        async let waiting = host.call("probe.header", Self.bytes(3 << 20))
        try await Self.wait { host.waitsForRoom }
        _ = await host.code("probe.crash")
        #expect(try await waiting == [.integer(3 << 20), 5, 5, 5, 5])
        try await host.stop()
    }

    @Test func `building waits for room until its deadline`() async throws {
        let host = try await TestHost([Self.probe(pool: 4 << 20)])
        _ = try await host.call("probe.hold", Self.bytes(3 << 20))
        let error = await #expect(throws: CallError.self) {
            try await host.host.withPayloadBuffer(
                for: "probe", capacity: 3 << 20, timeout: .milliseconds(100)
            ) { _ in }
        }
        #expect(error?.code == .deadlineExceeded)
        let task = Task {
            try await host.host.withPayloadBuffer(for: "probe", capacity: 3 << 20) { _ in }
        }
        task.cancel()
        await #expect(throws: CallError.self) { try await task.value }
        async let waiting = host.host.withPayloadBuffer(for: "probe", capacity: 3 << 20) {
            $0.append(0xf6)
        }
        _ = try await host.call("probe.letGo")
        #expect(try await waiting.count == 1)
        try await host.stop()
    }

    @Test func `what never fits is too large to be built, and crosses in pieces`() async throws {
        let host = try await TestHost([Self.probe(pool: 1 << 20)])
        let error = await #expect(throws: CallError.self) {
            try await host.host.withPayloadBuffer(for: "probe", capacity: 2 << 20) { _ in }
        }
        #expect(error?.code == .tooLarge)
        #expect(error?.message.contains("pool") == true)
        #expect(await host.code("probe.build", .integer(2 << 20)) == .failed)
        #expect(try await host.call("probe.length", Self.bytes(2 << 20)) == .integer(2 << 20))
        let unknown = await #expect(throws: CallError.self) {
            try await host.host.withPayloadBuffer(for: "prob", capacity: 1) { _ in }
        }
        #expect(unknown?.code == .notFound)
        try await host.stop()
    }

    @Test func `a worker's results wait for room, too, within its call's deadline`() async throws {
        var service = Self.probe(pool: 4 << 20)
        service.concurrency = 8
        let host = try await TestHost([service])
        for method in ["build", "buildAsync"] {
            let target = "probe.\(method)"
            let own = try await host.call("probe.exchange", Self.bytes(3 << 20))
            #expect(own.bytes?.count == 3 << 20)
            let late = await host.code(target, .integer(3 << 20), timeout: .milliseconds(200))
            #expect(late == .deadlineExceeded)
            async let waiting = host.call(target, .integer(3 << 20))
            #expect(try await host.call("probe.letGo") == [-1])
            #expect(try await waiting.bytes?.count == 3 << 20)
        }
        try await host.stop()
    }

    @Test func `a call goes to the worker that its arguments were built for`() async throws {
        let host = try await TestHost([Self.probe(workers: 3, pool: 64 << 20)])
        // While the first is busy it is built for the second, and later for the first again.
        async let busy = host.call("probe.block", 300)
        try await Self.wait { host.forked?.load.running == 1 }
        let second = try await Self.large(host)
        _ = try await busy
        // Its caller may have the outcome a moment before it has settled.
        try await Self.wait { host.forked?.load.running == 0 }
        let first = try await Self.large(host)
        for (payload, name) in [(second, "probe/1#2"), (first, "probe/1#1"), (second, "probe/1#2")]
        {
            try await Self.wait { host.forked?.load.running == 0 }
            let outcome = await host.host.call("probe", "reader", arguments: payload)
            let reader = try CBOR.decode(String.self, from: try outcome.get().bytes)
            #expect(reader == name)
        }
        try await host.stop()
    }

    @Test func `what was built for a worker that is gone is copied to the next`() async throws {
        let host = try await TestHost([Self.probe(pool: 64 << 20)])
        let payload = try await Self.large(host)
        _ = await host.code("probe.crash")
        let outcome = await host.host.call("probe", "header", arguments: payload)
        let result = try CBOR.decode([Int].self, from: try outcome.get().bytes)
        #expect(result == [0x0f0000, 5, 5, 5, 5])
        try await host.stop()
    }

    @Test func `an array of numbers is copied once on its way in`() async throws {
        let host = try await TestHost([Self.probe(pool: 64 << 20)])
        let count = 15 << 17
        let none = Payload(try CBOR.encode([[Double]()]))
        let many = Payload(try CBOR.encode([[Double](repeating: 0.1, count: count)]))
        var peaks: [Int] = []
        for payload in [none, many] {
            let outcome = await host.host.call("probe", "peak", arguments: payload)
            peaks.append(try CBOR.decode(Int.self, from: try outcome.get().bytes))
        }
        // The memory that it came in, the array, and less than half of another one.
        let array = count * 8 / 1024
        #expect(peaks[1] - peaks[0] < 2 * array + array / 2)
        try await host.stop()
    }

    /// The arguments `[bytes]`, built for `probe`.
    private static func large(_ host: TestHost) async throws -> Payload {
        try await host.host.withPayloadBuffer(for: "probe", capacity: 1 << 20) { output in
            for byte in [0x81, 0x5a, 0x00, 0x0f, 0x00, 0x00] as [UInt8] { output.append(byte) }
            for _ in 0..<0x0f0000 { output.append(5) }
        }
    }

    private static func wait(until isDone: () -> Bool) async throws {
        let end = ContinuousClock.now + .seconds(30)
        while !isDone() {
            try #require(ContinuousClock.now < end)
            await Task.yield()
        }
    }
}

extension TestHost {
    /// The slot of `probe`.
    fileprivate var forked: ForkedSlot? {
        (host.resources.router.receiver("probe") as? Service)?.generation?.slot as? ForkedSlot
    }

    /// Whether a call waits for room in the memory of a worker.
    fileprivate var waitsForRoom: Bool {
        forked?.state.withLock { !$0.roomWaits.isEmpty } ?? false
    }
}
