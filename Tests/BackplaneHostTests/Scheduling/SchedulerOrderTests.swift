// SPDX-License-Identifier: Apache-2.0

import BackplanePayload
import Foundation
import Synchronization
import Testing

@testable import BackplaneHost

/// The order of a scheduler's events, and how often each comes.
@Suite(.timeLimit(.minutes(20)))
struct SchedulerOrderTests {
    private static let order = [
        "started", "submitted", "opened", "request", "message", "request", "message", "closed",
        "done", "result", "empty", "finishing", "finished",
    ]

    /// A run of one task that asks and sends twice, and the order in which handlers saw it.
    private static func run(_ scheduler: Scheduler, _ task: SchedulerTask, seen: Noted<String>) {
        scheduler.on(.started) {
            seen.note("started")
            task.submit([1, 2])
        }
        task.on(.submitted) { _ in seen.note("submitted") }
        task.on(.opened) { _ in seen.note("opened") }
        task.on(.message) { _ in seen.note("message") }
        task.onRequest(of: Int.self) { request in
            seen.note("request")
            try request.respond(request.data * 2)
        }
        task.on(.closed) { _ in seen.note("closed") }
        task.on(.done) { _ in seen.note("done") }
        task.on(.result) { _ in seen.note("result") }
        task.on(.exception) { _ in seen.note("exception") }
        task.on(.cancelled) { _ in seen.note("cancelled") }
        scheduler.on(.empty) { seen.note("empty") }
        scheduler.on(.timeout) { seen.note("timeout") }
        scheduler.on(.stop) { _ in seen.note("stop") }
        scheduler.on(.finishing) { seen.note("finishing") }
        scheduler.on(.finished) { _ in seen.note("finished") }
    }

    @Test(arguments: SlotKind.allCases)
    func `one task goes through its events in order`(kind: SlotKind) async throws {
        let host = try await ScheduledHost(kind)
        let seen = Noted<String>()
        Self.run(host.scheduler, host.scheduler.task("probe.askAndSend"), seen: seen)
        for _ in 0..<20 {
            let names = host.names()
            let exit = try await host.scheduler.run()
            #expect(exit.code == .exhausted)
            #expect(await names.value == Self.order)
        }
        #expect(seen.all == Array(repeating: Self.order, count: 20).flatMap { $0 })
        try await host.stop()
    }

    @Test(arguments: [SlotKind.inProcess, .async])
    func `a closure goes through them too`(kind: SlotKind) async throws {
        let host = try await ScheduledHost(kind)
        let seen = Noted<String>()
        let task = host.scheduler.task { (comm: TaskComm, xs: [Int]) in
            for x in xs {
                let answer: Int = try await comm.request(x)
                try await comm.send(answer)
            }
        }
        Self.run(host.scheduler, task, seen: seen)
        try await host.scheduler.run()
        #expect(seen.all == Self.order)
        try await host.stop()
    }

    @Test(arguments: SlotKind.allCases)
    func `closed comes when a method says so, once, and before done`(kind: SlotKind) async throws {
        let host = try await ScheduledHost(kind)
        let seen = Noted<String>()
        let marker = "\(host.host.folder)/marker"
        let task = host.scheduler.task("probe.streamThenClose")
        host.scheduler.on(.started) { task.submit(2, marker) }
        task.on(.message) { _ in seen.note("message") }
        task.on(.closed) { reason in
            seen.note("closed \(reason)")
            // The method waits for this.
            #expect(FileManager.default.createFile(atPath: marker, contents: nil))
        }
        task.on(.done) { _ in seen.note("done") }
        task.on(.result) { _ in seen.note("result") }
        #expect(try await host.scheduler.run().code == .exhausted)
        #expect(seen.all == ["message", "message", "closed by its method", "done", "result"])
        #expect(task.counts[.closed] == 1)
        try await host.stop()
    }

    @Test(arguments: [SlotKind.inProcess, .async])
    func `a closure closes its messages too`(kind: SlotKind) async throws {
        let host = try await ScheduledHost(kind)
        let seen = Noted<String>()
        let goOn = Promise<Void>()
        let task = host.scheduler.task { (comm: TaskComm) in
            try await comm.send(1)
            comm.close()
            await goOn.value
            #expect(try comm.trySend(2) == false)
            let error = #expect(throws: CallError.self) { try comm.send(2) as Void }
            #expect(error?.code == .unavailable)
        }
        host.scheduler.on(.started) { task.submit() }
        task.on(.message) { _ in seen.note("message") }
        task.on(.closed) { reason in
            seen.note("closed \(reason)")
            goOn.keep(())
        }
        task.on(.done) { _ in seen.note("done") }
        #expect(try await host.scheduler.run().code == .exhausted)
        #expect(seen.all == ["message", "closed by its method", "done"])
        try await host.stop()
    }

    @Test(arguments: SlotKind.allCases)
    func `in 10000 runs the order is never another`(kind: SlotKind) async throws {
        let host = try await ScheduledHost(kind)
        let seen = Noted<String>()
        Self.run(host.scheduler, host.scheduler.task("probe.askAndSend"), seen: seen)
        for _ in 0..<10_000 {
            let exit = try await host.scheduler.run()
            #expect(exit.code == .exhausted)
        }
        let runs = seen.all
        #expect(runs.count == 10_000 * Self.order.count)
        for start in stride(from: 0, to: runs.count, by: Self.order.count) {
            let run = Array(runs[start..<min(start + Self.order.count, runs.count)])
            guard run == Self.order else {
                Issue.record("\(run)")
                break
            }
        }
        try await host.stop()
    }

    @Test(arguments: SlotKind.allCases)
    func `one task that sends three messages counts exactly`(kind: SlotKind) async throws {
        let host = try await ScheduledHost(kind)
        let task = host.scheduler.task("probe.stream")
        let messages = Noted<Int>()
        host.scheduler.on(.started) { task.submit(3, 0) }
        task.onMessage(of: Int.self) { messages.note($0.data) }
        let exit = try await host.scheduler.run()
        #expect(exit.code == .exhausted)
        #expect(messages.all == [0, 1, 2])
        #expect(
            task.counts == [
                .submitted: 1, .opened: 1, .message: 3, .closed: 1, .done: 1, .result: 1,
            ])
        #expect(
            host.scheduler.counts == [
                .started: 1, .empty: 1, .finishing: 1, .finished: 1, .futureSubmitted: 1,
                .futureDone: 1, .futureResult: 1,
            ])
        try await host.stop()
    }

    @Test(arguments: SlotKind.allCases)
    func `one task that asks three times and sends the answers counts exactly`(
        kind: SlotKind
    ) async throws {
        let host = try await ScheduledHost(kind)
        let task = host.scheduler.task("probe.askAndSend")
        let messages = Noted<Int>()
        let results = Noted<Int>()
        host.scheduler.on(.started) { task.submit([1, 2, 3]) }
        task.onRequest(of: Int.self) { try $0.respond($0.data * 2) }
        task.onMessage(of: Int.self) { messages.note($0.data) }
        task.on(.result) { results.note(try $0.decoded()) }
        try await host.scheduler.run()
        #expect(messages.all == [2, 4, 6])
        #expect(results.all == [3])
        #expect(
            task.counts == [
                .submitted: 1, .opened: 1, .request: 3, .message: 3, .closed: 1, .done: 1,
                .result: 1,
            ])
        try await host.stop()
    }

    @Test(arguments: SlotKind.allCases)
    func `ten submissions on start run, each with its events`(kind: SlotKind) async throws {
        let host = try await ScheduledHost(kind, workers: 2)
        let task = host.scheduler.task("probe.echo")
        let results = Noted<Value>()
        host.scheduler.on(.started) { for number in 0..<10 { task.submit(number) } }
        task.on(.result) { results.note($0.value) }
        let exit = try await host.scheduler.run()
        #expect(exit.code == .exhausted)
        #expect(Set(results.all) == Set((0..<10).map { Value($0) }))
        #expect(
            task.counts == [.submitted: 10, .opened: 10, .closed: 10, .done: 10, .result: 10])
        #expect(host.scheduler.counts[.futureResult] == 10)
        #expect(host.scheduler.counts[.empty] == 1)
        try await host.stop()
    }

    @Test func `handlers run when their condition holds, in the order of their registration`()
        async throws
    {
        let host = try await ScheduledHost(.inProcess)
        let task = host.scheduler.task("probe.echo")
        let seen = Noted<String>()
        let isWanted = Mutex(false)
        host.scheduler.on(.started) { task.submit(1) }
        task.on(.result, when: { isWanted.withLock { $0 } }) { _ in seen.note("sometimes") }
        task.on(.result) { _ in seen.note("always") }
        try await host.scheduler.run()
        isWanted.withLock { $0 = true }
        try await host.scheduler.run()
        #expect(seen.all == ["always", "sometimes", "always"])
        #expect(task.counts[.result] == 2)
        try await host.stop()
    }
}
