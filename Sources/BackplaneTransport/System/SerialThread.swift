// SPDX-License-Identifier: Apache-2.0

/// One thread that runs jobs one after the other, in order: whoever gives one needs to know neither how
/// long it takes nor which locks it takes.
///
/// The thread is started with the first job: many processes never have one.
package final class SerialThread: Sendable {
    /// A closure in a class of its own, see `Threads`.
    private final class Job: Sendable {
        let run: @Sendable () -> Void
        init(_ run: @escaping @Sendable () -> Void) { self.run = run }
    }

    private struct State {
        var jobs: [Job] = []
        var isRunning = false
    }

    private let name: String
    private let state = Monitor(State())

    /// Makes it without a thread yet.
    package init(name: String) {
        self.name = name
    }

    /// Runs a job after those that were given before.
    package func run(_ job: @escaping @Sendable () -> Void) {
        let isFirst = state.withLock { state in
            state.jobs.append(Job(job))
            defer { state.isRunning = true }
            return !state.isRunning
        }
        guard isFirst else { return state.notify() }
        let isStarted = Threads.start(name) { self.work() }
        // The jobs wait for one that can be had.
        if !isStarted { state.withLock { $0.isRunning = false } }
    }

    private func work() {
        while true {
            // All there are at once: one lock for many jobs.
            let batch = state.wait { state -> [Job]? in
                guard !state.jobs.isEmpty else { return nil }
                defer { state.jobs = [] }
                return state.jobs
            }
            batch?.forEach { $0.run() }
        }
    }
}
