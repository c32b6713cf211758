// SPDX-License-Identifier: Apache-2.0

internal import BackplaneTransport

/// The calling side of one call: takes its messages, its requests and its outcome.
///
/// Its functions are called in order and never two at once, on whichever thread the news arrives,
/// and must not block: they hand over and return.
protocol CallObserver: AnyObject, Sendable {
    /// Whether messages are for it; otherwise they go to the service's `messages-to`.
    var takesMessages: Bool { get }

    /// Whether requests are for it; otherwise they go to the service's `requests-to`.
    var takesRequests: Bool { get }

    /// Takes a message.
    ///
    /// Each one is acknowledged with `call.acknowledge` once it has been consumed: that makes room
    /// for another.
    func received(_ message: Payload, from identifier: String, in call: Call)

    /// Takes a request; `question.respond` answers it, then or later.
    func received(_ question: Question, in call: Call)

    /// Takes the news that neither messages nor requests follow, before the call's end: at most once.
    func closed(_ call: Call)

    /// Takes the outcome, exactly once, after everything else.
    func finished(_ call: Call, with outcome: Outcome)
}

extension CallObserver {
    var takesMessages: Bool { false }
    var takesRequests: Bool { false }

    func received(_ message: Payload, from identifier: String, in call: Call) {
        call.acknowledge(1)
    }

    func closed(_ call: Call) {}

    func received(_ question: Question, in call: Call) {
        question.respond(.error(.unanswerable("\(call.service).\(call.method)")))
    }
}
