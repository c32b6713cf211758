// SPDX-License-Identifier: Apache-2.0

import BackplanePayload
import Synchronization
import Testing

@testable import BackplaneHost

/// How runs begin, go on and end.
@Suite(.timeLimit(.minutes(10)))
struct SchedulerRunTests {
    @Test func `a run without tasks is exhausted at once`() async throws {
        let host = try await ScheduledHost(.async)
        let names = host.names()
        let exit = try await host.scheduler.run()
        #expect(exit.code == .exhausted)
        #expect(await names.value == ["started", "empty", "finishing", "finished"])
        #expect(!host.scheduler.isRunning)
        try await host.stop()
    }

    @Test func `nothing is submitted to a scheduler that does not run`() async throws {
        let host = try await ScheduledHost(.async)
        let task = host.scheduler.task("probe.echo")
        #expect(task.submit(1) == nil)
        host.scheduler.on(.finishing) { #expect(task.submit(1) == nil) }
        try await host.scheduler.run()
        #expect(task.counts == [:])
        try await host.stop()
    }

    @Test func `it runs once at a time`() async throws {
        let host = try await ScheduledHost(.async)
        let scheduler = host.scheduler
        scheduler.on(.started) {
            let error = await #expect(throws: CallError.self) { try await scheduler.run() }
            #expect(error?.code == .unavailable)
        }
        try await scheduler.run()
        try await host.stop()
    }

    @Test(arguments: SlotKind.allCases)
    func `a result's handler submits the next task`(kind: SlotKind) async throws {
        let host = try await ScheduledHost(kind)
        let first = host.scheduler.task("probe.echo")
        let second = host.scheduler.task("probe.length")
        let results = Noted<Int>()
        host.scheduler.on(.started) { first.submit(Value.bytes([1, 2, 3])) }
        first.on(.result) { second.submit($0.value) }
        second.on(.result) { results.note(try $0.decoded()) }
        let exit = try await host.scheduler.run()
        #expect(exit.code == .exhausted)
        #expect(results.all == [3])
        #expect(host.scheduler.counts[.empty] == 1)
        #expect(host.scheduler.counts[.futureResult] == 2)
        try await host.stop()
    }

    @Test(arguments: SlotKind.allCases)
    func `the handler of empty fills it again, until it stops the run`(
        kind: SlotKind
    ) async throws {
        let host = try await ScheduledHost(kind)
        let scheduler = host.scheduler
        let task = scheduler.task("probe.echo")
        let rounds = Mutex(0)
        scheduler.on(.empty) {
            let round = rounds.withLock {
                $0 += 1; return $0
            }
            if round <= 10 { task.submit(round) } else { scheduler.stop(message: "enough") }
        }
        let exit = try await scheduler.run()
        #expect(exit.code == .stopped)
        #expect(exit.message == "enough")
        #expect("\(exit)" == "stopped: enough")
        #expect(task.counts[.result] == 10)
        #expect(scheduler.counts[.empty] == 11)
        #expect(scheduler.counts[.stop] == 1)
        try await host.stop()
    }

    @Test(arguments: SlotKind.allCases)
    func `a run whose time is over waits for what runs`(kind: SlotKind) async throws {
        let host = try await ScheduledHost(kind)
        let task = host.scheduler.task("probe.sleep")
        let names = host.names()
        host.scheduler.on(.started) {
            task.submit(500)
            task.submit(60_000)
        }
        let exit = try await host.scheduler.run(timeout: .milliseconds(200))
        #expect(exit.code == .timeout)
        // What had not begun is cancelled: a time-out is to end the run.
        #expect(
            task.counts == [
                .submitted: 2, .opened: 1, .closed: 1, .done: 1, .result: 1, .cancelled: 1,
            ])
        let told = await names.value.filter {
            ["timeout", "finishing", "result", "finished"].contains($0)
        }
        #expect(told == ["timeout", "finishing", "result", "finished"])
        try await host.stop()
    }

    @Test(arguments: SlotKind.allCases, [Waiting.forNothing, .atMost(.milliseconds(100))])
    func `a run whose time is over cancels what runs`(
        kind: SlotKind, wait: Waiting
    ) async throws {
        let host = try await ScheduledHost(kind)
        let task = host.scheduler.task("probe.sleep")
        host.scheduler.on(.started) { task.submit(60_000) }
        let start = ContinuousClock.now
        let exit = try await host.scheduler.run(timeout: .milliseconds(200), wait: wait)
        #expect(exit.code == .timeout)
        #expect(ContinuousClock.now - start < .seconds(20))
        // Cancelled excludes done.
        #expect(task.counts == [.submitted: 1, .opened: 1, .closed: 1, .cancelled: 1])
        #expect(host.scheduler.counts[.futureCancelled] == 1)
        #expect(host.scheduler.counts[.timeout] == 1)
        try await host.stop()
    }

    @Test func `a handler that waits for ever is cancelled with its submission`() async throws {
        let host = try await ScheduledHost(.async)
        let task = host.scheduler.task("probe.stream")
        host.scheduler.on(.started) { task.submit(1000, 0) }
        task.on(.message) { _ in try await Task.sleep(for: .seconds(3600)) }
        let exit = try await host.scheduler.run(timeout: .milliseconds(200), wait: false)
        #expect(exit.code == .timeout)
        #expect(task.counts[.message] == 1)
        #expect(task.counts[.cancelled] == 1)
        try await host.stop()
    }

    @Test func `cancelling the task that runs it ends everything`() async throws {
        let host = try await ScheduledHost(.async)
        let scheduler = host.scheduler
        let task = scheduler.task("probe.sleep")
        let opened = Promise<Void>()
        scheduler.on(.started) { task.submit(60_000) }
        task.on(.opened) { _ in opened.keep(()) }
        let run = Task { try await scheduler.run() }
        await opened.value
        run.cancel()
        #expect(try await run.value.code == .cancelled)
        #expect(task.counts[.cancelled] == 1)
        try await host.stop()
    }

    @Test(arguments: SlotKind.allCases)
    func `a service in another slot is refused, and says so`(kind: SlotKind) async throws {
        let host = try await ScheduledHost(kind)
        let other: SchedulerSlot = kind == .forked ? .inProcess : .forked(workers: 1)
        let scheduler = Scheduler(other, of: host.host.host)
        let task = scheduler.task("probe.echo")
        scheduler.on(.started) { task.submit(1) }
        let error = await #expect(throws: CallError.self) { try await scheduler.run() }
        #expect(error?.code == .incompatible)
        #expect(error?.message.contains("probe") == true)
        try await host.stop()
    }

    @Test func `closures run on threads, and not in other processes`() async throws {
        let host = try await ScheduledHost(.async, workers: 3)
        let task = host.scheduler.task { (a: Int, b: Int) in a + b }
        let results = Noted<Int>()
        host.scheduler.on(.started) { for number in 0..<5 { task.submit(number, 1) } }
        task.on(.result) { results.note(try $0.decoded()) }
        try await host.scheduler.run()
        #expect(results.all.sorted() == [1, 2, 3, 4, 5])
        let forked = Scheduler(.forked(workers: 1), of: host.host.host)
        let refused = forked.task(named: "sum") { (a: Int) in a }
        forked.on(.started) { refused.submit(1) }
        let error = await #expect(throws: CallError.self) { try await forked.run() }
        #expect(error?.message.contains("sum") == true)
        try await host.stop()
    }

    @Test func `as many run at once as there are workers`() async throws {
        let host = try await ScheduledHost(.async, workers: 3)
        let gate = ThreadGate()
        let task = host.scheduler.task { gate.pass() }
        host.scheduler.on(.started) { for _ in 0..<6 { task.submit() } }
        let run = Task { try await host.scheduler.run() }
        await Task { @concurrent in #expect(gate.holds(3)) }.value
        #expect(gate.entered == 3)
        gate.open()
        #expect(try await run.value.code == .exhausted)
        #expect(gate.entered == 6)
        try await host.stop()
    }

    @Test(arguments: SlotKind.allCases)
    func `a submission gives its result to who waits for it`(kind: SlotKind) async throws {
        let host = try await ScheduledHost(kind)
        let task = host.scheduler.task("probe.echo")
        let result = Promise<Int>()
        host.scheduler.on(.started) {
            guard let submission = task.submit(5) else { return }
            Task { result.keep(try await submission.value()) }
        }
        try await host.scheduler.run()
        #expect(await result.value == 5)
        try await host.stop()
    }
}
