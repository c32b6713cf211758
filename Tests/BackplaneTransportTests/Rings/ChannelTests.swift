// SPDX-License-Identifier: Apache-2.0

import Glibc
import OracleSupport
import Testing

@testable import BackplaneTransport

struct ChannelTests {
    /// Bytes that say where they belong.
    private static func payload(_ count: Int, seed: Int = 1) -> Payload {
        // The library would write a count into the one empty array that all threads share.
        guard count > 0 else { return Payload([]) }
        var value = UInt32(truncatingIfNeeded: seed)
        let bytes = unsafe [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
            for index in 0..<count {
                value = value &* 1_664_525 &+ 1_013_904_223
                unsafe buffer[index] = UInt8(truncatingIfNeeded: value >> 24)
            }
            filled = count
        }
        return Payload(bytes)
    }

    @Test func `frames arrive as they were sent, in order, both ways`() throws {
        let pair = try ChannelPair { worker, frame in
            #expect(throws: Never.self) {
                try worker.send([
                    Frame(
                        .outcome, number: frame.number, argument: frame.argument, code: frame.code,
                        fields: frame.fields, payload: frame.payload)
                ])
            }
        }
        var sent: [Frame] = []
        for number in 0..<5000 {
            let frame = Frame(
                .invoke, number: UInt64(number), argument: .max - UInt64(number),
                code: UInt32(number) &* 77, fields: Array(repeating: 7, count: number % 200),
                payload: Self.payload(number * 13 % 3000, seed: number))
            try pair.host.send(frame)
            sent.append(frame)
        }
        #expect(pair.heard.waits(for: sent.count))
        #expect(pair.taken.frames == sent)
        let back = sent.map { frame in
            var frame = frame
            frame.kind = .outcome
            return frame
        }
        #expect(pair.heard.frames == back)
    }

    @Test(arguments: [
        0, 1, 48, 16 << 10, (16 << 10) + 1, 1 << 20, (8 << 20) + 1, (16 << 20) + 1, 64 << 20,
    ])
    func `a payload of any size arrives`(_ size: Int) throws {
        let pair = try ChannelPair { worker, frame in
            #expect(throws: Never.self) {
                try worker.send([Frame(.outcome, number: frame.number, payload: frame.payload)])
            }
        }
        let payload = Self.payload(size)
        for number in 1...3 as ClosedRange<UInt64> {
            try pair.host.send(Frame(.invoke, number: number, payload: payload))
        }
        #expect(pair.heard.waits(for: 3))
        #expect(pair.heard.frames.map(\.number) == [1, 2, 3])
        for frame in pair.taken.frames + pair.heard.frames {
            #expect(frame.payload == payload)
        }
        #expect(pair.host.sender.waitingBytes == 0)
        #expect(pair.worker.queuedBytes == 0)
    }

    @Test func `large payloads both ways at once don't wait for each other`() throws {
        let pair = try ChannelPair()
        let payload = Self.payload(64 << 20)
        try pair.host.send(Frame(.invoke, number: 1, payload: payload))
        try pair.worker.send([Frame(.message, number: 1, payload: payload)])
        try pair.host.send(Frame(.invoke, number: 2, payload: payload))
        try pair.worker.send([Frame(.message, number: 2, payload: payload)])
        for kept in [pair.heard, pair.taken] {
            #expect(kept.waits(for: 2))
            #expect(kept.frames.map(\.number) == [1, 2])
            #expect(kept.frames.allSatisfy { $0.payload == payload })
        }
    }

    @Test func `a payload over the limit is not sent, nor are too many fields`() throws {
        let made = try HostChannel.make(limits: FrameLimits(payload: 100))
        for descriptor in made.peer.all { close(descriptor) }
        func code(of frame: Frame) -> TransportError.Code? {
            do throws(TransportError) {
                try made.channel.send(frame)
                return nil
            } catch {
                return error.code
            }
        }
        #expect(code(of: Frame(.invoke, payload: Self.payload(100))) == nil)
        #expect(code(of: Frame(.invoke, payload: Self.payload(101))) == .tooLarge)
        let fields = [UInt8](repeating: 0, count: FrameLimits.fields + 1)
        #expect(code(of: Frame(.invoke, fields: fields)) == .tooLarge)
        made.channel.close()
        #expect(code(of: Frame(.invoke)) == .closed)
    }

    @Test func `what the ring has no room for waits, and goes when there is room`() throws {
        let layout = RegionLayout(poolBytes: 0)
        let made = try HostChannel.make(layout: layout)
        defer { for memory in [made.peer.host, made.peer.worker] { close(memory) } }
        let worker = try WorkerChannel(made.peer, layout: layout)
        let payload = Self.payload(10_000)
        // The ring holds 26 of them.
        for number in 0..<200 as Range<UInt64> {
            try made.channel.send(Frame(.invoke, number: number, payload: payload))
        }
        #expect(made.channel.sender.waitingBytes > 1_500_000)
        var numbers: [UInt64] = []
        while numbers.count < 200 {
            let before = numbers.count
            while try worker.next({ frame in numbers.append(frame.number) }) {}
            #expect(numbers.count > before)
            guard numbers.count > before else { break }
            // As any thread of the host does that looks.
            _ = made.channel.serve()
        }
        #expect(numbers == Array(0..<200))
        #expect(made.channel.sender.waitingBytes == 0)
    }

    @Test func `buffers come back, and a full pool is no obstacle`() throws {
        let layout = RegionLayout(poolBytes: 1 << 20)
        let pair = try ChannelPair(layout: layout)
        let payload = Self.payload(400 << 10)
        for number in 0..<50 as Range<UInt64> {
            // The receiver keeps them all: after two there is no room in the pool.
            try pair.host.send(Frame(.invoke, number: number, payload: payload))
        }
        #expect(pair.taken.waits(for: 50))
        #expect(pair.taken.frames.allSatisfy { $0.payload == payload })
        #expect(pair.host.sender.usedPoolBytes > 0)
        pair.taken.forget()
        try Deadline.wait("an empty pool") { pair.host.sender.usedPoolBytes == 0 }
        try pair.host.send(Frame(.invoke, payload: payload))
        #expect(pair.taken.waits(for: 1))
        #expect(pair.host.sender.usedPoolBytes == 400 << 10)
    }

    @Test func `closing wakes the worker, which hears all that was sent before`() throws {
        let pair = try ChannelPair()
        for number in 0..<1000 as Range<UInt64> {
            try pair.host.send(Frame(.invoke, number: number))
        }
        pair.host.close()
        #expect(pair.workerEnds())
        #expect(pair.taken.frames.map(\.number) == Array(0..<1000))
    }

    @Test func `closing wakes a caller that sleeps`() throws {
        let pair = try ChannelPair()
        let isOver = Monitor<Bool?>(nil)
        #expect(
            Threads.start("test-caller") {
                let isDone = pair.host.entered { $0.wait { false } }
                isOver.withLock { $0 = isDone }
                isOver.notify(all: true)
            })
        pair.host.close()
        let end = Instant.now.advanced(by: .seconds(20))
        #expect(isOver.wait(until: end) { $0 } == false)
    }

    @Test func `what a worker sent before its end is heard`() throws {
        let pair = try ChannelPair(isRead: false)
        for number in 0..<1000 as Range<UInt64> {
            try pair.worker.send([Frame(.message, number: number)])
        }
        pair.host.finish()
        #expect(pair.heard.frames.map(\.number) == Array(0..<1000))
    }
}
