// SPDX-License-Identifier: Apache-2.0

/// State behind a lock that threads of our own can wait under: `Mutex` cannot be waited on.
///
/// Waiting blocks a thread, so never on the cooperative pool. Public, because the compiler specialises
/// no generic code across modules that is less.
@safe
// SAFETY: the state is reached under the lock only.
public final class Monitor<State>: @unchecked Sendable {
    /// What a look at the state comes to.
    public enum Look<Result> {
        /// It is as was hoped for.
        case done(Result)
        /// It is not: another look after the next notification, or at this time.
        case wait(until: Instant)
    }

    @usableFromInline let lock = WaitableLock()
    // SAFETY: touched only between `lock` and `unlock`, and never twice at once by one thread,
    // because the second `lock` would not return.
    @exclusivity(unchecked) @usableFromInline var state: State

    /// Puts a state behind a lock.
    public init(_ state: sending State) {
        unsafe self.state = state
    }

    /// Looks at the state, or changes it, without waking anybody.
    @inlinable
    public func withLock<Result>(_ body: (inout State) throws -> Result) rethrows -> Result {
        lock.lock()
        defer { lock.unlock() }
        return try unsafe body(&state)
    }

    /// Wakes one thread that waits, or all; with the lock held or without.
    @inlinable
    public func notify(all: Bool = false) {
        lock.notify(all: all)
    }

    /// Looks again and again, with the lock held, until a look is done.
    @inlinable
    public func wait<Result>(_ body: (inout State) -> Look<Result>) -> Result {
        lock.lock()
        defer { lock.unlock() }
        while true {
            switch unsafe body(&state) {
            case .done(let result): return result
            case .wait(let deadline): lock.wait(until: deadline)
            }
        }
    }

    /// Waits until `body` gives a result; nothing once `deadline` has passed.
    @inlinable
    public func wait<Result>(
        until deadline: Instant = .never, for body: (inout State) -> Result?
    ) -> Result? {
        wait { state in
            if let result = body(&state) { return .done(result) }
            return deadline.hasPassed ? .done(nil) : .wait(until: deadline)
        }
    }
}
