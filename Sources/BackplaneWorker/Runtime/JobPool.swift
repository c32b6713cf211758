// SPDX-License-Identifier: Apache-2.0

internal import BackplaneTransport

/// Threads that run jobs, as many as are needed.
///
/// A job never waits for ever behind jobs that block: up to `eager` threads start at once, further
/// ones as soon as a job has waited for a while. Idle threads go after some seconds.
final class JobPool: Sendable {
    final class Job: Sendable {
        let run: @Sendable () -> Void
        init(_ run: @escaping @Sendable () -> Void) { self.run = run }
    }

    private struct State {
        var jobs: [(job: Job, since: Instant)] = []
        var first = 0
        var threads = 0
        var idle = 0
        var hasWatcher = false

        var isEmpty: Bool { first == jobs.count }
        /// Whether there is a job that no idle thread is going to take.
        var lacksThread: Bool { jobs.count - first > idle }

        mutating func next() -> Job? {
            guard !isEmpty else { return nil }
            let job = jobs[first].job
            first += 1
            if first == jobs.count {
                jobs.removeAll(keepingCapacity: true)
                first = 0
            } else if first > 1024, first > jobs.count / 2 {
                jobs.removeFirst(first)
                first = 0
            }
            return job
        }
    }

    private static let idleTime = Duration.seconds(5)
    private static let patience = Duration.milliseconds(5)

    private let name: String
    private let eager: Int
    private let state = Monitor(State())

    /// Makes a pool without threads.
    ///
    /// - Parameter eager: So many threads start without hesitation.
    init(name: String, eager: Int) {
        self.name = name
        self.eager = eager
    }

    /// Runs a job once, on some thread of the pool, never on this one.
    func run(_ job: @escaping @Sendable () -> Void) {
        enum Need { case nothing, wake, thread, watcher }
        let need: Need = state.withLock { state in
            state.jobs.append((Job(job), Instant.now))
            if !state.lacksThread { return .wake }
            if state.threads < eager {
                state.threads += 1
                return .thread
            }
            if state.hasWatcher { return .nothing }
            state.hasWatcher = true
            return .watcher
        }
        switch need {
        case .nothing: break
        case .wake: state.notify()
        case .thread: addThread()
        case .watcher:
            if !Threads.start("bp-watch", { self.watch() }) {
                state.withLock { $0.hasWatcher = false }
            }
        }
    }

    /// Starts a thread ahead of the first job.
    func prepare() {
        state.withLock { $0.threads += 1 }
        addThread()
    }

    private func addThread() {
        // A thread that can't be had now is tried again by the watcher; the job waits.
        if !Threads.start(name, { self.work() }) {
            state.withLock { $0.threads -= 1 }
        }
    }

    private func work() {
        while true {
            if let job = state.withLock({ $0.next() }) {
                job.run()
                continue
            }
            state.withLock { $0.idle += 1 }
            let job = state.wait(until: Instant.now.advanced(by: Self.idleTime)) { state in
                let job = state.next()
                if job != nil { state.idle -= 1 }
                return job
            }
            if let job {
                job.run()
                continue
            }
            let isLeaving = state.withLock { state in
                state.idle -= 1
                // A job may have come that counts on this thread.
                guard state.isEmpty else { return false }
                state.threads -= 1
                return true
            }
            if isLeaving { return }
        }
    }

    /// Adds a thread whenever a job has waited too long; ends when there is nothing left to watch.
    private func watch() {
        while true {
            let now = Instant.now
            let (isDone, isLate) = state.withLock { state in
                guard !state.isEmpty else {
                    state.hasWatcher = false
                    return (true, false)
                }
                let waited = now.duration(since: state.jobs[state.first].since)
                let isLate = state.lacksThread && waited >= Self.patience
                if isLate { state.threads += 1 }
                return (false, isLate)
            }
            if isDone { return }
            if isLate { addThread() }
            // Nobody notifies this one: it is a clock.
            _ = Monitor(()).wait(until: now.advanced(by: Self.patience)) { _ in nil as Void? }
        }
    }
}
