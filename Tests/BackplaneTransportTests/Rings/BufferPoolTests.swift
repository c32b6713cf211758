// SPDX-License-Identifier: Apache-2.0

import Glibc
import OracleSupport
import Synchronization
import Testing

@testable import BackplaneTransport

/// Payloads that are built in the memory that they are sent in, and those who wait for some.
struct BufferPoolTests {
    /// What came of a request.
    private final class Answer: Sendable {
        enum State: Equatable { case none, given(Int), refused }
        private let state = Monitor<(State, PayloadBuffer?)>((.none, nil))

        func give(_ buffer: PayloadBuffer?) {
            state.withLock {
                $0 = (buffer.map { .given(unsafe $0.memory.count) } ?? .refused, buffer)
            }
            state.notify(all: true)
        }

        func letGo() { _ = state.withLock { state in state.1.take() } }

        var now: State { state.withLock { $0.0 } }

        var value: State {
            let end = Instant.now.advanced(by: .seconds(20))
            return state.wait(until: end) { $0.0 == .none ? nil : $0.0 } ?? .none
        }
    }

    private static func buffer(_ pool: BufferPool, _ size: Int) throws -> PayloadBuffer {
        let buffer = try #require(pool.take(size))
        for index in 0..<size { unsafe buffer.memory[index] = UInt8(truncatingIfNeeded: index) }
        return buffer
    }

    private static func address(_ payload: Payload) -> Int {
        unsafe payload.withBytes { Int(bitPattern: $0.baseAddress) }
    }

    @Test func `what is built in the pool is read where it was built`() throws {
        let pair = try ChannelPair()
        let buffer = try Self.buffer(pair.host.pool, 1 << 20)
        let payload = buffer.payload(64..<1000 << 10)
        for _ in 0..<2 { try pair.host.send(Frame(.invoke, payload: payload)) }
        #expect(pair.taken.waits(for: 2))
        let read = pair.taken.frames.map(\.payload)
        #expect(read.allSatisfy { $0 == payload })
        // Both ends have mapped the same memory: what is written here now is there, too.
        unsafe buffer.memory[64] = 200
        for payload in read { unsafe payload.withBytes { #expect(unsafe $0[0] == 200) } }
        #expect(Self.address(read[0]) == Self.address(read[1]))
        #expect(pair.host.pool.usedBytes == 1 << 20)
    }

    @Test func `who is given memory may take the lock under which it was let go`() throws {
        let pair = try ChannelPair()
        let lock = Monitor<[PayloadBuffer]>([])
        let whole = pair.host.pool.bytes
        let first = try #require(pair.host.pool.take(whole))
        lock.withLock { $0 = [first] }
        let answer = Answer()
        pair.host.pool.take(
            BufferRequest(4096) { buffer in
                lock.withLock { _ in answer.give(buffer) }
            })
        #expect(answer.now == .none)
        _ = consume first
        // The last reference goes while the lock is held.
        lock.withLock { $0 = [] }
        #expect(answer.value == .given(4096))
    }

    @Test func `it stays until neither side has it`() throws {
        let pair = try ChannelPair()
        do {
            let payload = try Self.buffer(pair.host.pool, 1 << 20).payload(0..<1 << 20)
            try pair.host.send(Frame(.invoke, payload: payload))
        }
        #expect(pair.taken.waits(for: 1))
        #expect(pair.host.pool.usedBytes == 1 << 20)
        pair.taken.forget()
        // The worker's thread had it a moment longer.
        try Deadline.wait("an empty pool") { pair.host.pool.usedBytes == 0 }
    }

    @Test func `it is sent again without end as long as it comes back`() throws {
        let pair = try ChannelPair()
        let payload = try Self.buffer(pair.host.pool, 1 << 20).payload(0..<1 << 20)
        var places: Set<Int> = []
        for _ in 0..<3 * RegionLayout.leases {
            try pair.host.send(Frame(.invoke, payload: payload))
            #expect(pair.taken.waits(for: 1))
            places.formUnion(pair.taken.frames.map { Self.address($0.payload) })
            pair.taken.forget()
        }
        #expect(places.count == 1)
    }

    @Test func `a worker's is copied by its host, which gives it back at once`() throws {
        let pair = try ChannelPair()
        let payload = try Self.buffer(pair.worker.pool, 1 << 20).payload(0..<1 << 20)
        try pair.worker.send([Frame(.message, payload: payload)])
        #expect(pair.heard.waits(for: 1))
        #expect(pair.heard.frames[0].payload == payload)
        #expect(Self.address(pair.heard.frames[0].payload) != Self.address(payload))
    }

    @Test func `what the host has lent, and parts of it, come back uncopied`() throws {
        let pair = try ChannelPair { worker, frame in
            let part = unsafe frame.payload.withBytes {
                unsafe frame.payload.part(UnsafeRawBufferPointer(rebasing: $0[100..<500_000]))
            }
            // Given back before the host looks at what it is sent.
            try? worker.send([Frame(.message, payload: frame.payload)])
            try? worker.send([Frame(.message, payload: part)])
        }
        let payload = try Self.buffer(pair.host.pool, 1 << 20).payload(0..<1 << 20)
        try pair.host.send(Frame(.invoke, payload: payload))
        #expect(pair.heard.waits(for: 2))
        pair.taken.forget()
        let back = pair.heard.frames.map(\.payload)
        #expect(Self.address(back[0]) == Self.address(payload))
        #expect(Self.address(back[1]) == Self.address(payload) + 100)
        #expect(back[1].count == 499_900)
        #expect(back.allSatisfy { $0.isBuilt(in: pair.host.pool) })
    }

    @Test func `a buffer that comes back is nobody else's while somebody reads it`() throws {
        let pair = try ChannelPair(layout: RegionLayout(poolBytes: 1 << 20)) { worker, frame in
            try? worker.send([Frame(.message, payload: frame.payload)])
        }
        let content = [UInt8](repeating: 3, count: 600 << 10)
        try pair.host.send(Frame(.invoke, payload: Payload(content)))
        #expect(pair.heard.waits(for: 1))
        pair.taken.forget()
        #expect(pair.host.pool.take(600 << 10) == nil)
        #expect(pair.heard.frames[0].payload.bytes == content)
        pair.heard.forget()
        #expect(pair.host.pool.take(600 << 10) != nil)
    }

    @Test func `what was built for another is copied`() throws {
        let (one, other) = (try ChannelPair(), try ChannelPair())
        let payload = try Self.buffer(one.host.pool, 1 << 20).payload(0..<1 << 20)
        #expect(payload.isBuilt(in: one.host.pool))
        #expect(!payload.isBuilt(in: other.host.pool))
        try other.host.send(Frame(.invoke, payload: payload))
        #expect(other.taken.waits(for: 1))
        #expect(other.taken.frames[0].payload == payload)
    }

    @Test func `a part of a payload in the pool is in the pool`() throws {
        let pair = try ChannelPair()
        let payload = try Self.buffer(pair.host.pool, 1 << 20).payload(0..<1 << 20)
        let part = unsafe payload.withBytes {
            unsafe payload.part(UnsafeRawBufferPointer(rebasing: $0[100_000..<900_000]))
        }
        #expect(part.isBuilt(in: pair.host.pool))
        try pair.host.send(Frame(.invoke, payload: part))
        #expect(pair.taken.waits(for: 1))
        #expect(pair.taken.frames[0].payload == part)
    }

    @Test func `who waits for room gets it when the worker lets go, in turn`() throws {
        let pair = try ChannelPair(layout: RegionLayout(poolBytes: 1 << 20))
        let payload = try Self.buffer(pair.host.pool, 1 << 20).payload(0..<1 << 20)
        try pair.host.send(Frame(.invoke, payload: payload))
        #expect(pair.taken.waits(for: 1))
        let (large, small, never) = (Answer(), Answer(), Answer())
        pair.host.pool.take(BufferRequest(1 << 20) { large.give($0) })
        pair.host.pool.take(BufferRequest(4096) { small.give($0) })
        pair.host.pool.take(BufferRequest(2 << 20) { never.give($0) })
        #expect(never.value == .refused)
        // Nobody passes those who wait.
        #expect(pair.host.pool.take(1) == nil)
        #expect((large.now, small.now) == (.none, .none))
        // The payload here holds it, too.
        pair.taken.forget()
        #expect(large.now == .none)
        withExtendedLifetime(payload) {}
    }

    @Test func `waiting for room wakes nobody again and again`() throws {
        let pair = try ChannelPair(layout: RegionLayout(poolBytes: 1 << 20))
        let held = try Self.buffer(pair.host.pool, 1 << 20)
        let answer = Answer()
        pair.host.pool.take(BufferRequest(4096) { answer.give($0) })
        for number in 0..<500 as Range<UInt64> {
            try pair.host.send(Frame(.cancel, number: number))
            #expect(pair.taken.waits(for: Int(number) + 1))
        }
        // What woke the host for nothing is counted, and too much of it is a breach.
        #expect(pair.host.incoming.withLock { $0.spurious } < 100)
        #expect(pair.heard.error == nil)
        withExtendedLifetime(held) {}
    }

    @Test func `the host's side lets go last, and whoever waits is served`() throws {
        let pair = try ChannelPair(layout: RegionLayout(poolBytes: 1 << 20))
        let (large, small) = (Answer(), Answer())
        do {
            let payload = try Self.buffer(pair.host.pool, 1 << 20).payload(0..<1 << 20)
            try pair.host.send(Frame(.invoke, payload: payload))
            #expect(pair.taken.waits(for: 1))
            pair.host.pool.take(BufferRequest(1 << 20) { large.give($0) })
            pair.host.pool.take(BufferRequest(4096) { small.give($0) })
        }
        #expect(large.now == .none)
        pair.taken.forget()
        #expect(large.value == .given(1 << 20))
        #expect(small.now == .none)
        large.letGo()
        #expect(small.value == .given(4096))
    }

    @Test func `a worker that waits for room gets it when its host has taken the last`() throws {
        let pair = try ChannelPair(layout: RegionLayout(poolBytes: 1 << 20), isRead: false)
        do {
            let payload = try Self.buffer(pair.worker.pool, 1 << 20).payload(0..<1 << 20)
            try pair.worker.send([Frame(.message, payload: payload)])
        }
        let answer = Answer()
        pair.worker.pool.take(BufferRequest(1 << 20) { answer.give($0) })
        #expect(answer.now == .none)
        // The host takes it now, and wakes the worker that waits.
        while pair.host.serve() {}
        #expect(pair.heard.count == 1)
        #expect(answer.value == .given(1 << 20))
    }

    @Test func `who stops waiting lets those behind him have what there is`() throws {
        let pair = try ChannelPair(layout: RegionLayout(poolBytes: 1 << 20))
        let held = try Self.buffer(pair.host.pool, 512 << 10)
        let (large, small) = (Answer(), Answer())
        let request = BufferRequest(1 << 20) { large.give($0) }
        pair.host.pool.take(request)
        pair.host.pool.take(BufferRequest(4096) { small.give($0) })
        #expect(small.now == .none)
        #expect(pair.host.pool.withdraw(request))
        #expect(!pair.host.pool.withdraw(request))
        #expect(small.value == .given(4096))
        #expect(large.now == .none)
        #expect(!pair.host.sender.isBehind)
        withExtendedLifetime(held) {}
    }

    @Test func `the end of a channel is told to those who wait`() throws {
        let pair = try ChannelPair(layout: RegionLayout(poolBytes: 1 << 20))
        let held = try Self.buffer(pair.host.pool, 1 << 20)
        let answer = Answer()
        pair.host.pool.take(BufferRequest(1) { answer.give($0) })
        pair.host.close()
        #expect(answer.value == .refused)
        let late = Answer()
        pair.host.pool.take(BufferRequest(1) { late.give($0) })
        #expect(late.value == .refused)
        withExtendedLifetime(held) {}
    }

    @Test func `blocks for what is received are used again`() throws {
        let blocks = ReceivedBlocks()
        let bytes = [UInt8](repeating: 3, count: 1 << 20)
        var places: Set<Int> = []
        for _ in 0..<10 {
            let copy = unsafe bytes.withUnsafeBytes { unsafe blocks.copy($0) }
            let payload = try #require(copy)
            #expect(payload.bytes == bytes)
            places.insert(Self.address(payload))
        }
        #expect(places.count == 1)
        // One that somebody has is not.
        let pair = unsafe bytes.withUnsafeBytes { unsafe (blocks.copy($0), blocks.copy($0)) }
        #expect(pair.0.map(Self.address) != pair.1.map(Self.address))
    }
}
