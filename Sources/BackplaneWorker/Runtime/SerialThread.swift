// SPDX-License-Identifier: Apache-2.0

internal import BackplaneTransport

/// One thread that runs jobs one after the other, in order.
///
/// Callbacks of a plugin run here: they are not to block, but if one does, the channel is still read
/// and the end of the host still seen.
final class SerialThread: Sendable {
    private let jobs = Monitor<[JobPool.Job]>([])

    /// Starts the thread; nothing when the system gives none.
    init?(name: String) {
        let jobs = jobs
        let isRunning = Threads.start(name) {
            while true {
                // All there are at once: one lock for many jobs.
                let batch = jobs.wait { jobs -> [JobPool.Job]? in
                    guard !jobs.isEmpty else { return nil }
                    defer { jobs = [] }
                    return jobs
                }
                batch?.forEach { $0.run() }
            }
        }
        guard isRunning else { return nil }
    }

    /// Runs a job after those that were given before.
    func run(_ job: @escaping @Sendable () -> Void) {
        jobs.withLock { $0.append(JobPool.Job(job)) }
        jobs.notify()
    }
}
