// SPDX-License-Identifier: Apache-2.0

import BackplaneTransport
import Glibc
import Testing

@testable import BackplaneHost

/// Calls that take the short way to a worker, and what else may become of them.
@Suite(.timeLimit(.minutes(5)))
struct PlainCallTests {
    private static func begin(
        _ host: ForkedHost, _ method: String, _ arguments: [UInt8] = [0x80],
        timeout: Duration? = nil
    ) -> PlainCall? {
        host.host.resources.router.begin(
            CallTarget(service: "trouble", method: method), Payload(arguments), timeout: timeout)
    }

    /// Blocks this thread for a call, arguments and value in memory that others get as soon as it has ended.
    private static func block(
        _ host: ForkedHost, _ method: String, _ arguments: [UInt8] = [0x80],
        timeout: Duration? = nil, room: Int = 64
    ) -> Outcome? {
        let router = host.host.resources.router
        var arguments = arguments
        return unsafe arguments.withUnsafeMutableBytes { arguments in
            unsafe withUnsafeTemporaryAllocation(byteCount: max(1, room), alignment: 8) { memory in
                guard let receiver = router.receiver("trouble"),
                    let call = unsafe router.begin(
                        method, of: receiver,
                        .lent(
                            by: BlockedCaller(
                                arguments: UnsafeRawBufferPointer(arguments),
                                room: UnsafeMutableRawBufferPointer(rebasing: memory[..<room]))),
                        timeout: timeout)
                else { return nil }
                call.block()
                let outcome = call.countInRoom.map { count in
                    unsafe Outcome.value(
                        Payload(copying: UnsafeRawBufferPointer(rebasing: memory[..<count])))
                }
                for index in arguments.indices { unsafe arguments[index] = 0xff }
                return outcome ?? call.outcome
            }
        }
    }

    private static func onThread<Value: Sendable>(
        _ body: @escaping @Sendable () -> Value
    ) async throws -> Value {
        let value: Value? = await withCheckedContinuation { continuation in
            let isStarted = Threads.start("blocked") { continuation.resume(returning: body()) }
            if !isStarted { continuation.resume(returning: nil) }
        }
        return try #require(value)
    }

    private static func end(of call: PlainCall) async -> Outcome? {
        await unsafe withUnsafeContinuation { unsafe call.resume($0) }
        return call.outcome
    }

    @Test func `as many wait for one outcome as like, before it and after`() async throws {
        let host = try await ForkedHost()
        let call = try #require(Self.begin(host, "later"))
        let waiting = (0..<5).map { _ in Task { await Self.end(of: call) } }
        for task in waiting { #expect(await task.value?.number == 1) }
        #expect(await Self.end(of: call)?.number == 1)
        try await host.stop()
    }

    @Test func `what has no room, no method or no service goes the other way`() async throws {
        let host = try await ForkedHost()
        #expect(Self.begin(host, "nothing") == nil)
        #expect(
            host.host.resources.router.begin(
                CallTarget(service: "nobody", method: "life"), .null, timeout: nil) == nil)
        let large = [UInt8](repeating: 0, count: Payload.copiedSize + 1)
        #expect(Self.begin(host, "life", large) == nil)
        let first = try #require(Self.begin(host, "wait"))
        let second = Self.begin(host, "life")
        first.cancel()
        #expect(await Self.end(of: first)?.error?.code == .cancelled)
        // It may have been sent ahead, where it waits for the first.
        if let second { #expect(await Self.end(of: second)?.number == 2) }
        #expect(await waited { host.load.running == 0 })
        try await host.stop()
    }

    @Test func `messages, requests and nested calls make it a call like any other`() async throws {
        let host = try await ForkedHost()
        let streaming = try #require(Self.begin(host, "stream", ForkedHost.number(5000)))
        #expect(await Self.end(of: streaming)?.number == 5000)
        let nesting = try #require(Self.begin(host, "nest"))
        #expect(await Self.end(of: nesting)?.error?.code == .notFound)
        let asking = try #require(Self.begin(host, "ask"))
        #expect(await Self.end(of: asking)?.error?.code == .unavailable)
        #expect(await waited { host.load.running == 0 })
        try await host.stop()
    }

    @Test func `its deadline ends it, wherever it is`() async throws {
        let host = try await ForkedHost()
        let call = try #require(Self.begin(host, "wait", timeout: .milliseconds(50)))
        #expect(await Self.end(of: call)?.error?.code == .deadlineExceeded)
        // Some come in time and some do not; none is lost, and none ends twice.
        for round in 0..<300 {
            let outcome = await host.call("life", timeout: .microseconds(5 * (round % 20)))
            #expect(outcome.number == 2 || outcome.error?.code == .deadlineExceeded)
        }
        #expect(await waited { host.load.running == 0 })
        try await host.stop()
    }

    @Test func `cancelled at any moment it ends once, with one or the other`() async throws {
        let host = try await ForkedHost()
        for round in 0..<500 {
            guard let call = Self.begin(host, "life") else { continue }
            let task = Task { await Self.end(of: call) }
            let moment = Instant.now.advanced(by: .microseconds(4 * (round % 25)))
            while !moment.hasPassed {}
            call.cancel()
            let outcome = try #require(await task.value)
            #expect(outcome.number == 2 || outcome.error?.code == .cancelled)
        }
        #expect(await waited { host.load.running == 0 })
        #expect(await host.call("life").number == 2)
        try await host.stop()
    }

    @Test func `a worker's death ends those that wait, threads and tasks`() async throws {
        let host = try await ForkedHost { $0.concurrency = 16 }
        let ended = Monitor<[OutcomeCode?]>([])
        for _ in 0..<4 {
            _ = Threads.start("blocked") {
                let outcome = Self.block(host, "wait")
                ended.withLock { $0.append(outcome?.code) }
                ended.notify()
            }
        }
        #expect(await waited { host.load.running == 4 })
        let tasks = try (0..<4).map { _ in
            let call = try #require(Self.begin(host, "wait"))
            return Task { await Self.end(of: call) }
        }
        for process in host.load.processes { kill(process, SIGKILL) }
        var codes: [OutcomeCode?] = []
        for task in tasks { codes.append(await task.value?.error?.code) }
        #expect(await waited { ended.withLock { $0.count } == 4 })
        codes += ended.withLock { $0 }
        // Those that it had not begun are none of its victims.
        #expect(codes.contains(.crashed))
        #expect(codes.allSatisfy { $0 == .crashed || $0 == .unavailable }, "\(codes)")
        #expect(await waited { host.load.workers == 1 && host.load.running == 0 })
        #expect(await host.call("life").number == 2)
        try await host.stop()
    }

    @Test func `threads that block for one worker all get their outcomes`() async throws {
        let host = try await ForkedHost { $0.concurrency = 16 }
        let ended = Monitor<(good: Int, threads: Int)>((0, 0))
        for _ in 0..<4 {
            _ = Threads.start("blocked") {
                var good = 0
                for _ in 0..<500 {
                    if Self.block(host, "life")?.number == 2 { good += 1 }
                }
                ended.withLock { $0 = ($0.good + good, $0.threads + 1) }
                ended.notify()
            }
        }
        #expect(await waited { ended.withLock { $0.threads } == 4 })
        #expect(ended.withLock { $0.good } == 2000)
        try await host.stop()
    }

    /// One of them sleeps at the worker's channel for both; once it has left, nobody does.
    @Test func `a thread that another one had looked for gets its outcome when that has left`()
        async throws
    {
        let host = try await ForkedHost { $0.concurrency = 16 }
        let ended = Monitor<[UInt32]>([])
        for (index, milliseconds) in [UInt32(100), 300].enumerated() {
            _ = Threads.start("blocked") {
                let outcome = Self.block(host, "rest", ForkedHost.number(milliseconds))
                let number = outcome?.number ?? 0
                ended.withLock { $0.append(number) }
                ended.notify()
            }
            #expect(await waited { host.load.running == index + 1 })
        }
        #expect(await waited { ended.withLock { $0.count } == 2 })
        #expect(ended.withLock { $0 } == [100, 300])
        try await host.stop()
    }

    @Test func `a value is the same whether there is room for it or not`() async throws {
        let host = try await ForkedHost()
        let values = try await Self.onThread {
            (0..<9).map { Self.block(host, "rest", ForkedHost.number(7), room: $0)?.number }
        }
        #expect(values == Array(repeating: 7, count: 9))
        try await host.stop()
    }

    /// Until its time is up the call lies ahead in a worker, which gives it back later: its arguments are gone by
    /// then.
    @Test func `a thread whose time is up takes its memory along`() async throws {
        let host = try await ForkedHost()
        for _ in 0..<5 {
            let first = try #require(Self.begin(host, "rest", ForkedHost.number(120)))
            let ahead = try await Self.onThread {
                Self.block(host, "rest", ForkedHost.number(1), timeout: .milliseconds(10))
            }
            #expect(ahead == nil || ahead?.error?.code == .deadlineExceeded)
            #expect(await Self.end(of: first)?.number == 120)
            #expect(await waited { host.load.running == 0 && host.load.waiting == 0 })
        }
        #expect(try await Self.onThread { Self.block(host, "life")?.number } == 2)
        try await host.stop()
    }

    @Test func `it is counted as all calls are`() async throws {
        let host = try await ForkedHost()
        for _ in 0..<10 {
            let call = try #require(Self.begin(host, "life"))
            #expect(await Self.end(of: call)?.number == 2)
        }
        let failed = try #require(Self.begin(host, "second"))
        #expect(await Self.end(of: failed)?.error?.code == .failed)
        let counts = try #require(host.host.managed("trouble")?.service.statistics)
        #expect(counts["life"]?.callCount == 10)
        #expect(counts["second"]?.errorSummary.total == 1)
        try await host.stop()
    }
}
