// SPDX-License-Identifier: Apache-2.0

/// Runs tasks with code of the embedding program on threads of the host's: it may block, which
/// nothing on Swift's own pool may.
final class ThreadExecutor: TaskExecutor {
    private let threads: any JobThreads

    init(_ threads: any JobThreads) {
        self.threads = threads
    }

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        threads.run(
            .closure { [self] in
                // SAFETY: each job is run once, by the thread that took it.
                unsafe job.runSynchronously(on: asUnownedTaskExecutor())
            })
    }
}
