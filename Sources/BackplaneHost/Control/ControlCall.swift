// SPDX-License-Identifier: Apache-2.0

internal import BackplaneTransport
internal import Synchronization

/// A call that came over a connection: passes its news on to the connection's thread.
final class ControlCall: CallAudience {
    /// The connection's own number for it.
    let number: UInt64

    private struct State {
        /// While it runs: it has this one as its audience, and they must not hold each other for ever.
        var running: (any RunningCall)?
        var isCancelled = false
        var isFinished = false
    }

    private let mailbox: ControlMailbox
    private let state = Mutex(State())

    init(number: UInt64, mailbox: ControlMailbox) {
        self.number = number
        self.mailbox = mailbox
    }

    /// What a request is answered with when there is nobody left to ask.
    static let callerIsGone = CallError(.unavailable, "the caller that answered requests is gone")

    /// Starts it.
    func start(_ call: RPCCall, through gateway: any CallGateway) {
        let running = gateway.start(
            call.method, arguments: call.arguments, options: call.options, audience: self)
        let isCancelled = state.withLock { state in
            // It may be over before it is known here.
            if !state.isFinished { state.running = running }
            return state.isCancelled
        }
        if isCancelled { running.cancel() }
    }

    /// Cancels it, now or as soon as it has started.
    ///
    /// Its outcome still comes.
    func cancel() {
        let running = state.withLock { state in
            state.isCancelled = true
            return state.running
        }
        running?.cancel()
    }

    func received(_ message: Payload, from identifier: String, in call: any RunningCall) {
        mailbox.post(.message(number, message, identifier: identifier, call: call))
    }

    func received(_ question: any CallQuestion) {
        mailbox.post(.question(number, question))
    }

    func closed() {
        mailbox.post(.closed(number))
    }

    func finished(with outcome: Outcome) {
        state.withLock { state in
            state.isFinished = true
            state.running = nil
        }
        mailbox.post(.finished(number, outcome))
    }
}
