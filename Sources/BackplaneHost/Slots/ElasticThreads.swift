// SPDX-License-Identifier: Apache-2.0

internal import BackplaneTransport
internal import DequeModule

/// Threads that come when there is work and go when there is none: for plugin code that the host's
/// edges enter, for the steps of a plugin's life, and for what in-process instances resume.
///
/// A job never waits behind one that blocks, until `limit` threads are all blocked. Jobs are never
/// refused.
final class ElasticThreads: JobThreads {
    private struct State {
        var jobs = Deque<SlotJob>()
        var idle = 0
        var threads = 0
        var isClosed = false
    }

    private let name: String
    private let limit: Int
    private let keepAlive: Duration
    private let monitor = Monitor(State())

    init(_ name: String, limit: Int = 1024, keepAlive: Duration = .seconds(10)) {
        self.name = name
        self.limit = limit
        self.keepAlive = keepAlive
    }

    func run(_ job: SlotJob) {
        let isThreadNeeded = monitor.withLock { state in
            state.jobs.append(job)
            guard state.idle < state.jobs.count, state.threads < limit else { return false }
            state.threads += 1
            return true
        }
        guard isThreadNeeded else { return monitor.notify() }
        if !Threads.start(name, { self.work() }) {
            // No thread to be had: those there are will come to it.
            monitor.withLock { $0.threads -= 1 }
        }
    }

    /// Runs blocking work on a thread and gives its result to a task.
    func perform<Result: Sendable>(_ body: @escaping @Sendable () -> Result) async -> Result {
        let promise = Promise<Result>()
        run(.closure { promise.keep(body()) })
        return await promise.value
    }

    /// Lets the threads go as they become idle.
    func close() {
        monitor.withLock { $0.isClosed = true }
        monitor.notify(all: true)
    }

    private func work() {
        while let job = next() { job.run() }
    }

    private func next() -> SlotJob? {
        let limit = Instant.now.advanced(by: keepAlive)
        var isIdle = false
        return monitor.wait { state in
            if isIdle { state.idle -= 1 }
            if let job = state.jobs.popFirst() { return .done(job) }
            guard !state.isClosed, !limit.hasPassed else {
                state.threads -= 1
                return .done(nil)
            }
            state.idle += 1
            isIdle = true
            return .wait(until: limit)
        }
    }
}
