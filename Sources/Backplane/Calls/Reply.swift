// SPDX-License-Identifier: Apache-2.0

package import CBackplane
import Synchronization

/// The one answer to a call or a request that the host was asked for, from wherever it comes.
///
/// With an unsafe continuation: what a checked one is made of is not known before the program runs, so that every
/// copy of the state would ask for it, whether there is one or not.
package final class Reply: Sendable {
    @safe
    private enum State {
        case open
        // SAFETY: whoever takes it out of the state resumes it, once.
        case awaited(UnsafeContinuation<Answer, Never>)
        case blocked(Gate)
        case given(Answer)
    }

    private let state = Mutex(State.open)
    /// Keeps a large answer where it is.
    private let buffers: HostBuffers?

    package init(keeping buffers: HostBuffers? = nil) {
        self.buffers = buffers
    }

    /// Takes the answer.
    ///
    /// The first one counts.
    package func give(_ answer: Answer) {
        @safe
        enum Waiter {
            case none
            case task(UnsafeContinuation<Answer, Never>)
            case thread(Gate)
        }
        let waiter: Waiter = state.withLock { state in
            let waiter: Waiter
            switch state {
            case .open: waiter = .none
            case .awaited(let continuation): waiter = unsafe .task(continuation)
            case .blocked(let gate): waiter = .thread(gate)
            case .given: return .none
            }
            state = .given(answer)
            return waiter
        }
        switch waiter {
        case .none: break
        case .task(let continuation): unsafe continuation.resume(returning: answer)
        case .thread(let gate): gate.open()
        }
    }

    /// The answer, once it is there.
    ///
    /// One waiter only.
    package func value() async -> Answer {
        await unsafe withUnsafeContinuation { continuation in
            let answer: Answer? = state.withLock { state in
                if case .given(let answer) = state { return answer }
                state = unsafe .awaited(continuation)
                return nil
            }
            if let answer { unsafe continuation.resume(returning: answer) }
        }
    }

    /// The answer; blocks this thread until it is there.
    ///
    /// One waiter only.
    package func wait() -> Answer {
        if let answer = given { return answer }
        let gate = Gate()
        state.withLock { state in
            if case .open = state { state = .blocked(gate) } else { gate.open() }
        }
        gate.wait()
        return given ?? .error(BackplaneError(.internal, "a wait ended without an answer"))
    }

    private var given: Answer? {
        state.withLock { if case .given(let answer) = $0 { answer } else { nil } }
    }
}

extension Reply {
    /// Takes the host's answer for the reply that the context retains.
    package static let callback: backplane_reply = { context, outcome in
        guard let context = unsafe context else { return }
        // SAFETY: the host calls this exactly once, with the context that it was given.
        let reply = unsafe Unmanaged<Reply>.fromOpaque(context).takeRetainedValue()
        reply.give(
            unsafe Answer(copying: UnsafeRawPointer(outcome), keeping: reply.buffers))
    }
}
