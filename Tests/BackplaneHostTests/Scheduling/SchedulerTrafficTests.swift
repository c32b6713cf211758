// SPDX-License-Identifier: Apache-2.0

import OracleSupport
import Synchronization
import Testing

@testable import BackplaneHost

/// Many messages, slow handlers, and readers that are behind.
@Suite(.timeLimit(.minutes(20)))
struct SchedulerTrafficTests {
    @Test(arguments: SlotKind.allCases)
    func `1000 tasks of 50 messages lose none, in order`(kind: SlotKind) async throws {
        let host = try await ScheduledHost(kind, workers: 4, timeout: .seconds(300))
        let scheduler = host.scheduler
        let task = scheduler.task("probe.stream")
        let last = Mutex<[UInt64: Int]>([:])
        let disorder = Noted<UInt64>()
        scheduler.on(.started) { for _ in 0..<1000 { task.submit(50, 0) } }
        task.onMessage(of: Int.self) { message in
            let before = last.withLock { $0.updateValue(message.data, forKey: message.call) }
            if message.data != (before ?? -1) + 1 { disorder.note(message.call) }
        }
        #expect(try await scheduler.run().code == .exhausted)
        #expect(task.counts[.message] == 50_000)
        #expect(task.counts[.result] == 1000)
        #expect(disorder.all == [])
        #expect(last.withLock { $0.values.allSatisfy { $0 == 49 } })
        try await host.stop()
    }

    @Test func `a handler that blocks delays nobody else`() async throws {
        let host = try await ScheduledHost(.forked, workers: 2)
        let scheduler = host.scheduler
        let flood = scheduler.task("probe.streamAsync")
        let quick = scheduler.task("probe.askAndSend")
        let gate = ThreadGate()
        scheduler.on(.started) { flood.submit(5000, 0) }
        flood.onMessage(of: Int.self) { message in
            guard message.data == 3 else { return }
            quick.submit(Array(0..<100))
            gate.pass()
        }
        quick.onRequest(of: Int.self) { try $0.respond($0.data) }
        quick.on(.result) { _ in gate.open() }
        #expect(try await scheduler.run().code == .exhausted)
        #expect(flood.counts[.message] == 5000)
        #expect(quick.counts[.message] == 100)
        try await host.stop()
    }

    // In a forked slot the outcome waits behind messages without room, so its time is not known.
    @Test(arguments: [SlotKind.inProcess, .async])
    func `a handler that is behind holds the sender back`(kind: SlotKind) async throws {
        let host = try await ScheduledHost(kind)
        let scheduler = host.scheduler
        let task = scheduler.task("probe.streamWithoutWaiting")
        let gate = ThreadGate()
        let sent = Promise<Int>()
        scheduler.on(.started) { task.submit(20_000, 0) }
        task.onMessage(of: Int.self) { if $0.data == 0 { gate.pass() } }
        task.on(.result) { sent.keep(try $0.decoded()) }
        let run = Task { try await scheduler.run() }
        await Task { @concurrent in #expect(gate.holds(1)) }.value
        // Its end is counted while what it sent still waits.
        let service = try #require(host.host.host.managed("probe")?.service)
        let method = service.statistics(of: "streamWithoutWaiting")
        try await Task { @concurrent in
            try Deadline.wait("the method's end") { method.callCount == 1 }
        }.value
        gate.open()
        #expect(try await run.value.code == .exhausted)
        let count = await sent.value
        #expect(count <= 4 * CallTraffic.messageLimit)
        #expect(task.counts[.message] == count)
        try await host.stop()
    }

    @Test func `a reader of events that is behind misses none`() async throws {
        let host = try await ScheduledHost(.async)
        let scheduler = host.scheduler
        let task = scheduler.task("probe.stream")
        scheduler.on(.started) { task.submit(5000, 0) }
        let events = scheduler.events
        let run = Task { try await scheduler.run() }
        var messages = 0
        for await event in events {
            if case .submission(_, .message) = event { messages += 1 }
        }
        #expect(messages == 5000)
        #expect(try await run.value.code == .exhausted)
        try await host.stop()
    }

    @Test func `a reader of events that leaves holds nobody back`() async throws {
        let host = try await ScheduledHost(.async)
        let scheduler = host.scheduler
        let task = scheduler.task("probe.stream")
        scheduler.on(.started) { task.submit(5000, 0) }
        var events: SchedulerEvents.Iterator? = scheduler.events.makeAsyncIterator()
        let run = Task { try await scheduler.run() }
        while let event = await events?.next() {
            if case .submission(_, .message) = event { break }
        }
        events = nil
        #expect(try await run.value.code == .exhausted)
        #expect(task.counts[.message] == 5000)
        try await host.stop()
    }
}
