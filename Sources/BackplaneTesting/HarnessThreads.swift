// SPDX-License-Identifier: Apache-2.0

import Glibc
import Synchronization

/// Threads that may block: plugin code runs on them, as it does in a slot.
///
/// Shared by all harnesses of a process, and never ended. There are as many as jobs that block at
/// once, up to a limit.
///
/// SAFETY: the condition and its mutex are never moved or freed; what they guard is touched under
/// the mutex only.
@safe
package final class HarnessThreads: @unchecked Sendable {
    package static let shared = HarnessThreads()

    private let limit = 256
    private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    private let condition = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
    private var jobs: [@Sendable () -> Void] = []
    private var first = 0
    private var idle = 0
    private var count = 0

    private init() {
        unsafe mutex.initialize(to: pthread_mutex_t())
        unsafe condition.initialize(to: pthread_cond_t())
        unsafe pthread_mutex_init(mutex, nil)
        unsafe pthread_cond_init(condition, nil)
    }

    /// Runs a job soon, on one of the threads.
    package func run(_ job: @escaping @Sendable () -> Void) {
        unsafe pthread_mutex_lock(mutex)
        jobs.append(job)
        let needsThread = jobs.count - first > idle && count < limit
        if needsThread { count += 1 }
        unsafe pthread_cond_signal(condition)
        unsafe pthread_mutex_unlock(mutex)
        if needsThread { startThread() }
    }

    private func startThread() {
        var thread = pthread_t()
        let failed = unsafe pthread_create(&thread, nil, threadMain, nil)
        guard failed == 0 else {
            // The threads that there are take the job.
            unsafe pthread_mutex_lock(mutex)
            count -= 1
            unsafe pthread_mutex_unlock(mutex)
            return
        }
        pthread_detach(thread)
    }

    fileprivate func work() {
        while true { next()() }
    }

    private func next() -> @Sendable () -> Void {
        unsafe pthread_mutex_lock(mutex)
        defer { unsafe pthread_mutex_unlock(mutex) }
        idle += 1
        while first == jobs.count { unsafe pthread_cond_wait(condition, mutex) }
        idle -= 1
        let job = jobs[first]
        first += 1
        if first == jobs.count {
            jobs.removeAll(keepingCapacity: true)
            first = 0
        }
        return job
    }
}

private let threadMain: @convention(c) (UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? = {
    _ in
    HarnessThreads.shared.work()
    return nil
}
