// SPDX-License-Identifier: Apache-2.0

internal import BackplaneTransport
internal import Synchronization

/// A value that comes once, awaited by one or more tasks, perhaps with a deadline after which
/// another value takes its place.
final class Promise<Value: Sendable>: Expirable {
    private enum State {
        case open([Waiter])
        case kept(Value)
    }

    /// A task that waits.
    @safe
    private struct Waiter {
        // SAFETY: taken out of the state before it is resumed, so that happens once.
        private let continuation: UnsafeContinuation<Value, Never>

        init(_ continuation: UnsafeContinuation<Value, Never>) {
            unsafe self.continuation = continuation
        }

        func resume(_ value: Value) { unsafe continuation.resume(returning: value) }
    }

    let deadline: Instant
    private let late: Value?
    private let state = Mutex<State>(.open([]))

    /// Makes a promise without a deadline.
    init() {
        deadline = .never
        late = nil
    }

    /// Makes a promise that `queue` keeps with `late` at `deadline`.
    init(by deadline: Instant, else late: Value, in queue: DeadlineQueue) {
        self.deadline = deadline
        self.late = late
        queue.watch(self)
    }

    var isOver: Bool {
        state.withLock { if case .kept = $0 { true } else { false } }
    }

    private var kept: Value? {
        state.withLock { if case .kept(let value) = $0 { value } else { nil } }
    }

    /// Keeps the promise.
    ///
    /// The first value counts.
    ///
    /// - Returns: Whether it was the first.
    @discardableResult
    func keep(_ value: Value) -> Bool {
        let waiting: [Waiter]? = state.withLock { state in
            guard case .open(let waiting) = state else { return nil }
            state = .kept(value)
            return waiting
        }
        guard let waiting else { return false }
        for waiter in waiting { waiter.resume(value) }
        return true
    }

    func expire() {
        if let late { keep(late) }
    }

    /// Waits for the value.
    var value: Value {
        get async {
            // Mostly kept already: then the task need not even think of suspending.
            if let value = kept { return value }
            return await unsafe withUnsafeContinuation { continuation in
                let waiter = unsafe Waiter(continuation)
                let value: Value? = state.withLock { state in
                    switch state {
                    case .kept(let value): return value
                    case .open(let waiting):
                        state = .open(waiting + [waiter])
                        return nil
                    }
                }
                if let value { waiter.resume(value) }
            }
        }
    }
}
