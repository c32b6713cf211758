// SPDX-License-Identifier: Apache-2.0

internal import Glibc

/// A POSIX mutex with one condition, on the monotonic clock: what `Monitor` is made of.
@safe
// SAFETY: POSIX lets any thread use its mutex and condition, which lie still (see `parts`).
public struct WaitableLock: ~Copyable, @unchecked Sendable {
    @unsafe
    private struct Parts {
        var mutex = unsafe pthread_mutex_t()
        var condition = pthread_cond_t()
    }

    // SAFETY: allocated here, freed in deinit, at a fixed address as POSIX wants it.
    private let parts: UnsafeMutablePointer<Parts>

    /// Makes a lock that nobody holds.
    public init() {
        unsafe parts = .allocate(capacity: 1)
        unsafe parts.initialize(to: Parts())
        unsafe pthread_mutex_init(&parts.pointee.mutex, nil)
        var attributes = pthread_condattr_t()
        unsafe pthread_condattr_init(&attributes)
        unsafe pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC)
        unsafe pthread_cond_init(&parts.pointee.condition, &attributes)
        unsafe pthread_condattr_destroy(&attributes)
    }

    deinit {
        unsafe pthread_cond_destroy(&parts.pointee.condition)
        unsafe pthread_mutex_destroy(&parts.pointee.mutex)
        unsafe parts.deallocate()
    }

    /// Waits until nobody else holds the lock, and takes it.
    public func lock() { unsafe pthread_mutex_lock(&parts.pointee.mutex) }

    /// Gives the lock up.
    public func unlock() { unsafe pthread_mutex_unlock(&parts.pointee.mutex) }

    /// Gives the lock up until notified or until `deadline`, perhaps for nothing.
    ///
    /// Only with the lock held.
    public func wait(until deadline: Instant) {
        guard deadline != .never else {
            unsafe pthread_cond_wait(&parts.pointee.condition, &parts.pointee.mutex)
            return
        }
        var time = timespec(
            tv_sec: Int(deadline.nanoseconds / 1_000_000_000),
            tv_nsec: Int(deadline.nanoseconds % 1_000_000_000))
        unsafe pthread_cond_timedwait(
            &parts.pointee.condition, &parts.pointee.mutex, &time)
    }

    /// Wakes one that waits, or all.
    public func notify(all: Bool) {
        if all {
            unsafe pthread_cond_broadcast(&parts.pointee.condition)
        } else {
            unsafe pthread_cond_signal(&parts.pointee.condition)
        }
    }
}
