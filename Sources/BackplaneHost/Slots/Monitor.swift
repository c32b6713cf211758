// SPDX-License-Identifier: Apache-2.0

internal import Glibc

/// A lock to wait under: a POSIX mutex with one condition, on the monotonic clock.
///
/// `Mutex` has no condition; this is for threads of our own that wait for work. Never on the
/// cooperative pool.
@safe
final class Monitor: Sendable {
    // SAFETY: allocated here, freed in deinit, at a fixed address as POSIX wants it.
    private nonisolated(unsafe) let mutex: UnsafeMutablePointer<pthread_mutex_t>
    private nonisolated(unsafe) let condition: UnsafeMutablePointer<pthread_cond_t>

    init() {
        unsafe mutex = .allocate(capacity: 1)
        unsafe condition = .allocate(capacity: 1)
        unsafe pthread_mutex_init(mutex, nil)
        var attributes = pthread_condattr_t()
        unsafe pthread_condattr_init(&attributes)
        unsafe pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC)
        unsafe pthread_cond_init(condition, &attributes)
        unsafe pthread_condattr_destroy(&attributes)
    }

    deinit {
        unsafe pthread_cond_destroy(condition)
        unsafe pthread_mutex_destroy(mutex)
        unsafe condition.deallocate()
        unsafe mutex.deallocate()
    }

    /// Runs `body` with the lock held.
    func withLock<Result>(_ body: () throws -> Result) rethrows -> Result {
        unsafe pthread_mutex_lock(mutex)
        defer { unsafe pthread_mutex_unlock(mutex) }
        return try body()
    }

    /// Gives the lock up until signalled or until `deadline`, perhaps for nothing.
    ///
    /// Only with the lock held.
    ///
    /// - Returns: Whether the deadline has come.
    @discardableResult
    func wait(until deadline: Instant) -> Bool {
        guard deadline != .never else {
            unsafe pthread_cond_wait(condition, mutex)
            return false
        }
        var time = timespec(
            tv_sec: Int(deadline.nanoseconds / 1_000_000_000),
            tv_nsec: Int(deadline.nanoseconds % 1_000_000_000))
        return unsafe pthread_cond_timedwait(condition, mutex, &time) == ETIMEDOUT
    }

    /// Wakes one that waits.
    func signal() {
        unsafe pthread_cond_signal(condition)
    }

    /// Wakes all that wait.
    func broadcast() {
        unsafe pthread_cond_broadcast(condition)
    }
}
