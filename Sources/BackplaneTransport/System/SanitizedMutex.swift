// SPDX-License-Identifier: Apache-2.0

#if SANITIZED

    internal import Glibc

    /// Takes the place of the standard library's `Mutex` where ThreadSanitizer looks: that one is made
    /// of futexes, which the sanitizer can't see, so that everything behind it would seem to race.
    ///
    /// A POSIX mutex, which it understands. Never part of a build without a sanitizer.
    @safe
    struct Mutex<Value: ~Copyable>: ~Copyable, @unchecked Sendable {
        // SAFETY: allocated here, freed in deinit, the value touched only with the lock held.
        private let lock: UnsafeMutablePointer<pthread_mutex_t>
        private let value: UnsafeMutablePointer<Value>

        init(_ initial: consuming sending Value) {
            unsafe lock = .allocate(capacity: 1)
            unsafe pthread_mutex_init(lock, nil)
            unsafe value = .allocate(capacity: 1)
            unsafe value.initialize(to: initial)
        }

        deinit {
            unsafe value.deinitialize(count: 1)
            unsafe value.deallocate()
            unsafe pthread_mutex_destroy(lock)
            unsafe lock.deallocate()
        }

        borrowing func withLock<Result: ~Copyable, Failure: Error>(
            _ body: (inout sending Value) throws(Failure) -> sending Result
        ) throws(Failure) -> sending Result {
            unsafe pthread_mutex_lock(lock)
            defer { unsafe pthread_mutex_unlock(lock) }
            return try unsafe body(&value.pointee)
        }

        borrowing func withLockIfAvailable<Result: ~Copyable, Failure: Error>(
            _ body: (inout sending Value) throws(Failure) -> sending Result
        ) throws(Failure) -> sending Result? {
            guard unsafe pthread_mutex_trylock(lock) == 0 else { return nil }
            defer { unsafe pthread_mutex_unlock(lock) }
            return try unsafe body(&value.pointee)
        }
    }

#endif
