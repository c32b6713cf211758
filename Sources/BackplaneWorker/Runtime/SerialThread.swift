// SPDX-License-Identifier: Apache-2.0

internal import BackplaneTransport

/// One thread that runs jobs one after the other, in order.
///
/// Callbacks of a plugin run here: they are not to block, but if one does, the channel is still read
/// and the end of the host still seen. The thread is started with the first job: many workers never have
/// one.
final class SerialThread: Sendable {
    private struct State {
        var jobs: [JobPool.Job] = []
        var isRunning = false
    }

    private let name: String
    private let state = Monitor(State())

    init(name: String) {
        self.name = name
    }

    /// Runs a job after those that were given before.
    func run(_ job: @escaping @Sendable () -> Void) {
        let isFirst = state.withLock { state in
            state.jobs.append(JobPool.Job(job))
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
            let batch = state.wait { state -> [JobPool.Job]? in
                guard !state.jobs.isEmpty else { return nil }
                defer { state.jobs = [] }
                return state.jobs
            }
            batch?.forEach { $0.run() }
        }
    }
}
