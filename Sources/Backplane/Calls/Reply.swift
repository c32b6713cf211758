// SPDX-License-Identifier: Apache-2.0

package import CBackplane
import Synchronization

/// The one answer to a call or a request that the host was asked for, from wherever it comes, for a task that
/// waits.
///
/// With an unsafe continuation: what a checked one is made of is not known before the program runs, so that every
/// copy of the state would ask for it, whether there is one or not.
package final class Reply: Sendable {
    @safe
    private enum State {
        case open
        // SAFETY: whoever takes it out of the state resumes it, once.
        case awaited(UnsafeContinuation<Answer, Never>)
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
        let before = state.withLock { state in
            let before = state
            if case .given = before { return before }
            state = .given(answer)
            return before
        }
        if case .awaited(let continuation) = before {
            unsafe continuation.resume(returning: answer)
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
