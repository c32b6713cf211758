// SPDX-License-Identifier: Apache-2.0

internal import BackplaneTransport
internal import Synchronization

/// Gives the outcome of a call to the task that awaits it, which takes no messages and answers no
/// requests.
///
/// Not on top of `Promise`, because a generic class looks its type up at each deinit, and this is
/// the way of every awaited call.
@safe
final class AwaitingAudience: CallAudience {
    private enum State {
        case open
        // SAFETY: taken out of the state before it is resumed, so that happens once.
        case awaited(Waiter)
        case over(Outcome)
    }

    @safe
    private struct Waiter {
        private let continuation: UnsafeContinuation<Outcome, Never>

        init(_ continuation: UnsafeContinuation<Outcome, Never>) {
            unsafe self.continuation = continuation
        }

        func resume(_ outcome: Outcome) { unsafe continuation.resume(returning: outcome) }
    }

    private let state = Mutex(State.open)

    /// The outcome; awaited by one task, once.
    var outcome: Outcome {
        get async {
            // Mostly there already: then the task need not even think of suspending.
            if let outcome = known { return outcome }
            return await unsafe withUnsafeContinuation { continuation in
                let waiter = unsafe Waiter(continuation)
                let known: Outcome? = state.withLock { state in
                    if case .over(let outcome) = state { return outcome }
                    state = .awaited(waiter)
                    return nil
                }
                if let known { waiter.resume(known) }
            }
        }
    }

    private var known: Outcome? {
        state.withLock { if case .over(let outcome) = $0 { outcome } else { nil } }
    }

    func received(_ message: Payload, from identifier: String, in call: any RunningCall) {
        call.acknowledge(1)
    }

    func received(_ question: any CallQuestion) {
        question.respond(.error(.unanswerable("this call")))
    }

    func finished(with outcome: Outcome) {
        let waiter: Waiter? = state.withLock { state in
            defer { state = .over(outcome) }
            if case .awaited(let waiter) = state { return waiter }
            return nil
        }
        waiter?.resume(outcome)
    }
}
