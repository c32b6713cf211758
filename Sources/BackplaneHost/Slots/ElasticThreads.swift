// SPDX-License-Identifier: Apache-2.0

internal import DequeModule

/// Threads that come when there is work and go when there is none: for plugin code that the host's
/// edges enter, for the steps of a plugin's life, and for what in-process instances resume.
///
/// A job never waits behind one that blocks, until `limit` threads are all blocked. Jobs are never
/// refused.
final class ElasticThreads: JobThreads {
    private final class State {
        var jobs = Deque<SlotJob>()
        var idle = 0
        var threads = 0
        var isClosed = false
    }

    private let name: String
    private let limit: Int
    private let keepAlive: Duration
    private let monitor = Monitor()
    // SAFETY: only touched with the monitor held.
    private nonisolated(unsafe) let state = State()

    init(_ name: String, limit: Int = 1024, keepAlive: Duration = .seconds(10)) {
        self.name = name
        self.limit = limit
        self.keepAlive = keepAlive
    }

    func run(_ job: SlotJob) {
        let isThreadNeeded = monitor.withLock { () -> Bool in
            unsafe state.jobs.append(job)
            if unsafe state.idle >= state.jobs.count {
                monitor.signal()
                return false
            }
            guard unsafe state.threads < limit else { return false }
            unsafe state.threads += 1
            return true
        }
        guard isThreadNeeded else { return }
        if !Threads.start(name, { self.work() }) {
            // No thread to be had: those there are will come to it.
            monitor.withLock { unsafe state.threads -= 1 }
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
        monitor.withLock {
            unsafe state.isClosed = true
            monitor.broadcast()
        }
    }

    private func work() {
        while let job = next() { job.run() }
    }

    private func next() -> SlotJob? {
        monitor.withLock {
            unsafe state.idle += 1
            defer { unsafe state.idle -= 1 }
            let limit = Instant.now.advanced(by: keepAlive)
            while true {
                if let job = unsafe state.jobs.popFirst() { return job }
                if unsafe state.isClosed || monitor.wait(until: limit) {
                    guard unsafe state.jobs.isEmpty else { continue }
                    unsafe state.threads -= 1
                    return nil
                }
            }
        }
    }
}
