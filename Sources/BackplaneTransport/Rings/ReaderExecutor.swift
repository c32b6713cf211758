// SPDX-License-Identifier: Apache-2.0

/// Runs tasks on the thread that reads what workers send.
///
/// A task that calls a worker from there needs no other thread for it: between two tasks the thread
/// takes outcomes out of the rings, and a task goes on where its outcome was found. Many calls at
/// once are fastest this way. What runs here must not block: it would keep everybody's outcomes.
public final class ReaderExecutor: TaskExecutor {
    let thread: ReaderThread

    init(_ thread: ReaderThread) {
        self.thread = thread
        unsafe thread.serves(asUnownedTaskExecutor())
    }

    deinit {
        // Tasks hold their executor: there is none left.
        thread.stop()
    }

    /// Has the thread run a job; as every executor does, called by the runtime.
    public func enqueue(_ job: UnownedJob) {
        thread.enqueue(job)
    }
}
