// SPDX-License-Identifier: Apache-2.0

import Glibc
import Synchronization
import Testing

@testable import BackplaneTransport

struct SocketChannelTests {
    @Test func `frames arrive in order, whole, both ways`() throws {
        let (host, peer) = try Self.pair()
        let frames = (1...500).map { Frame(.invoke, number: $0, payload: Payload([1, 2, 3])) }
        try host.send(frames)
        #expect(try Self.receive(500, from: peer) == frames)
        try peer.send([Frame(.outcome, number: 9)])
        #expect(try Self.receive(1, from: host).map(\.number) == [9])
    }

    @Test func `64 MiB both ways at once do not block each other`() async throws {
        let (host, peer) = try Self.pair()
        var bytes = [UInt8](repeating: 9, count: 64 << 20)
        for index in stride(from: 0, to: bytes.count, by: 4093) {
            bytes[index] = UInt8(truncatingIfNeeded: index)
        }
        let payload = Payload(bytes)
        // Both send before either reads.
        try host.send([Frame(.invoke, number: 1, payload: payload)])
        try peer.send([Frame(.outcome, number: 2, payload: payload)])
        #expect(host.queuedBytes > 32 << 20)
        async let received = Self.receiveElsewhere(1, from: host)
        #expect(try Self.receive(1, from: peer).first?.payload == payload)
        #expect(try await received.first?.payload == payload)
        #expect(host.queuedBytes == 0)
    }

    @Test func `polling an empty channel says so and waits for nothing`() throws {
        let (host, peer) = try Self.pair()
        #expect(try host.poll { _ in } == .nothing)
        try peer.send([Frame(.message, number: 1)])
        #expect(try Self.receive(1, from: host).count == 1)
        #expect(try host.poll { _ in } == .nothing)
    }

    @Test func `the end of the peer comes after all it had sent`() throws {
        let (host, peer) = try Self.pair()
        try peer.send([Frame(.message, number: 1), Frame(.message, number: 2)])
        peer.close()
        #expect(try Self.receive(2, from: host).count == 2)
        #expect(try host.receive { _ in } == .closed)
        #expect(throws: TransportError.self) { try host.send([Frame(.exit)]) }
    }

    @Test func `closing wakes who receives`() async throws {
        let (host, peer) = try Self.pair()
        async let received = Self.receiveElsewhere(1, from: host)
        host.close()
        #expect(try await received == [])
        #expect(try peer.receive { _ in } == .closed)
    }

    @Test func `a torn frame is an error, and what came before it is not lost`() throws {
        let (host, descriptor) = try SocketChannel.pair()
        var bytes = FrameCodecTests.bytes([
            Frame(.message, number: 1), Frame(.message, number: 2, payload: Payload([1, 2, 3])),
        ])
        bytes.removeLast()
        #expect(unsafe write(descriptor, bytes, bytes.count) == bytes.count)
        close(descriptor)
        #expect(try Self.receive(1, from: host).map(\.number) == [1])
        #expect(throws: TransportError.torn) { try host.receive { _ in } }
    }

    @Test func `garbage is an error, again and again`() throws {
        let (host, descriptor) = try SocketChannel.pair()
        defer { close(descriptor) }
        let bytes = [UInt8](repeating: 0xee, count: 64)
        #expect(unsafe write(descriptor, bytes, bytes.count) == bytes.count)
        for _ in 0..<2 { #expect(throws: TransportError.self) { try host.poll { _ in } } }
    }

    @Test func `a payload over the limit is refused before anything is sent`() throws {
        let (host, descriptor) = try SocketChannel.pair(limits: FrameLimits(payload: 10))
        let peer = SocketChannel(owning: descriptor)
        #expect(throws: TransportError.self) {
            try host.send([
                Frame(.exit), Frame(.invoke, payload: Payload([UInt8](repeating: 0, count: 11))),
            ])
        }
        #expect(try peer.poll { _ in } == .nothing)
    }

    @Test func `flush waits until all is out, and not for ever`() throws {
        let (host, peer) = try Self.pair()
        try host.send([Frame(.message, payload: Payload([UInt8](repeating: 1, count: 8 << 20)))])
        host.flush(nanoseconds: 1_000_000)
        #expect(host.queuedBytes > 0)
        #expect(try Self.receive(1, from: peer).count == 1)
        host.flush(nanoseconds: 10_000_000_000)
        #expect(host.queuedBytes == 0)
    }

    static func pair() throws -> (SocketChannel, SocketChannel) {
        let (channel, peer) = try SocketChannel.pair()
        return (channel, SocketChannel(owning: peer))
    }

    static func receive(_ count: Int, from channel: SocketChannel) throws -> [Frame] {
        var frames: [Frame] = []
        while frames.count < count, try channel.receive({ frames += $0 }) != .closed {}
        return frames
    }

    /// On a thread of its own, because it blocks.
    static func receiveElsewhere(
        _ count: Int, from channel: SocketChannel
    ) async throws -> [Frame] {
        try await withCheckedThrowingContinuation { continuation in
            let isStarted = Threads.start("receiver") {
                continuation.resume(with: Result { try receive(count, from: channel) })
            }
            #expect(isStarted)
        }
    }
}
