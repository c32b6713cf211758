// SPDX-License-Identifier: Apache-2.0

import Synchronization

/// The messages of a nested call between their arrival and their consumer.
///
/// It needs no bound of its own: the host sends no more than it has leave for, and leave is given
/// by acknowledging what was consumed.
package final class MessageQueue: Sendable {
    /// A consumer that waits.
    @safe
    private struct Waiter {
        // SAFETY: taken out of the state before it is resumed, so that happens once.
        let continuation: UnsafeContinuation<Message?, Never>

        func resume(returning message: Message?) {
            unsafe continuation.resume(returning: message)
        }
    }

    private struct State {
        var messages: [Message] = []
        var first = 0
        var waiter: Waiter?
        var isFinished = false
        var isWanted = false
        var isDiscarding = false
    }

    package enum Arrival { case kept, discarded }

    private let state = Mutex(State())

    package init() {}

    /// Takes a message that arrived; says whether it was thrown away.
    package func add(_ message: Message) -> Arrival {
        let (waiter, arrival) = state.withLock {
            state -> (Waiter?, Arrival) in
            if state.isDiscarding { return (nil, .discarded) }
            if let waiter = state.waiter.take() { return (waiter, .kept) }
            state.messages.append(message)
            return (nil, .kept)
        }
        waiter?.resume(returning: message)
        return arrival
    }

    /// Says that no more will arrive.
    package func finish() {
        let waiter = state.withLock { state in
            state.isFinished = true
            return state.waiter.take()
        }
        waiter?.resume(returning: nil)
    }

    /// Says that somebody will consume the messages.
    package func want() {
        state.withLock { $0.isWanted = true }
    }

    /// Throws away what is here and what is to come, unless somebody wants it.
    ///
    /// - Returns: How many were thrown away now.
    func discardUnlessWanted() -> Int {
        state.withLock { state in
            guard !state.isWanted else { return 0 }
            let count = state.messages.count - state.first
            state.isDiscarding = true
            state.messages = []
            state.first = 0
            return count
        }
    }

    /// The next message, once it is there; nothing after the last, or when the task is cancelled.
    package func next() async -> Message? {
        await withTaskCancellationHandler {
            await take()
        } onCancel: {
            state.withLock { $0.waiter.take() }?.resume(returning: nil)
        }
    }

    private func take() async -> Message? {
        await unsafe withUnsafeContinuation { continuation in
            enum Found { case message(Message?), nothingYet(Waiter?) }
            let found: Found = state.withLock { state in
                if state.first < state.messages.count {
                    let message = state.messages[state.first]
                    state.first += 1
                    if state.first == state.messages.count {
                        state.messages.removeAll(keepingCapacity: true)
                        state.first = 0
                    }
                    return .message(message)
                }
                if state.isFinished || Task.isCancelled { return .message(nil) }
                // A second consumer at once takes the first one's place, which ends.
                let other = state.waiter
                state.waiter = unsafe Waiter(continuation: continuation)
                return .nothingYet(other)
            }
            switch found {
            case .message(let message): unsafe continuation.resume(returning: message)
            case .nothingYet(let other): other?.resume(returning: nil)
            }
        }
    }
}
