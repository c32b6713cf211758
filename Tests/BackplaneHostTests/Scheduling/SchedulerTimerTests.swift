// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import BackplaneHost

/// Timers and time-outs, on a clock that only moves when it is told to.
@Suite(.timeLimit(.minutes(5)))
struct SchedulerTimerTests {
    private let clock = ManualClock()

    /// Moves the clock once so many sleep.
    private func advance(by duration: Duration, after sleepers: Int) async {
        await Task { @concurrent [clock] in #expect(clock.waits(for: sleepers)) }.value
        clock.advance(by: duration)
    }

    @Test func `a timer does its work when its time has come`() async throws {
        let host = try await ScheduledHost(.async, clock: clock)
        let scheduler = host.scheduler
        let seen = Noted<Int>()
        scheduler.after(.seconds(2)) {
            seen.note(2)
            scheduler.stop(message: "done")
        }
        scheduler.on(.started) { scheduler.after(.seconds(1)) { seen.note(1) } }
        let run = Task { try await scheduler.run(endOnEmpty: false) }
        await advance(by: .seconds(1), after: 2)
        await Task { @concurrent in while seen.count < 1 { await Task.yield() } }.value
        clock.advance(by: .seconds(1))
        let exit = try await run.value
        #expect(exit.message == "done")
        #expect(seen.all == [1, 2])
        try await host.stop()
    }

    @Test func `a timer that was cancelled does nothing`() async throws {
        let host = try await ScheduledHost(.async, clock: clock)
        let scheduler = host.scheduler
        let seen = Noted<Int>()
        let cancelled = scheduler.after(.seconds(1)) { seen.note(1) }
        scheduler.after(.seconds(2)) { scheduler.stop() }
        let run = Task { try await scheduler.run(endOnEmpty: false) }
        await Task { @concurrent [clock] in #expect(clock.waits(for: 2)) }.value
        #expect(cancelled.cancel())
        #expect(!cancelled.cancel())
        clock.advance(by: .seconds(2))
        #expect(try await run.value.code == .stopped)
        #expect(seen.all == [])
        try await host.stop()
    }

    @Test func `a run does not wait for its timers, and they end with it`() async throws {
        let host = try await ScheduledHost(.async, clock: clock)
        let scheduler = host.scheduler
        let seen = Noted<Int>()
        let timer = scheduler.after(.seconds(1)) { seen.note(1) }
        #expect(try await scheduler.run().code == .exhausted)
        #expect(!timer.cancel())
        clock.advance(by: .seconds(5))
        try await scheduler.run()
        #expect(seen.all == [])
        try await host.stop()
    }

    @Test func `what a timer throws is dealt with`() async throws {
        struct Mistake: Error {}
        let host = try await ScheduledHost(.async, clock: clock)
        let scheduler = host.scheduler
        scheduler.after(.seconds(1)) { throw Mistake() }
        let run = Task { try await scheduler.run(endOnEmpty: false) }
        await advance(by: .seconds(1), after: 1)
        await #expect(throws: Mistake.self) { try await run.value }
        try await host.stop()
    }

    @Test func `a run ends when its time is over, not sooner`() async throws {
        let host = try await ScheduledHost(.async, clock: clock)
        let scheduler = host.scheduler
        let run = Task { try await scheduler.run(timeout: .seconds(10), endOnEmpty: false) }
        await advance(by: .seconds(9), after: 1)
        #expect(scheduler.isRunning)
        clock.advance(by: .seconds(1))
        #expect(try await run.value.code == .timeout)
        #expect(scheduler.counts[.timeout] == 1)
        try await host.stop()
    }
}
