// SPDX-License-Identifier: Apache-2.0

import BackplaneTransport

/// Runs tasks on one thread, one after the other.
final class OneThreadExecutor: TaskExecutor {
    private struct State {
        var jobs: [UnownedJob] = []
        var isClosed = false
    }

    private let state = Monitor(State())

    /// Starts the thread.
    init?() {
        guard Threads.start("bench-caller", { self.work() }) else { return nil }
    }

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        state.withLock { $0.jobs.append(job) }
        state.notify()
    }

    /// Lets the thread end, once nothing is left to run.
    func close() {
        state.withLock { $0.isClosed = true }
        state.notify()
    }

    private func work() {
        var jobs: [UnownedJob] = []
        while true {
            let isOver: Bool = state.wait { state in
                guard !state.jobs.isEmpty || state.isClosed else { return .wait(until: .never) }
                swap(&jobs, &state.jobs)
                return .done(jobs.isEmpty)
            }
            if isOver { return }
            for job in jobs { unsafe job.runSynchronously(on: asUnownedTaskExecutor()) }
            jobs.removeAll(keepingCapacity: true)
        }
    }
}
