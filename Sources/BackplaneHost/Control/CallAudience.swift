// SPDX-License-Identifier: Apache-2.0

internal import BackplaneTransport

/// Who hears of a call: in order, never two at once, on any thread.
///
/// Must not block.
protocol CallAudience: AnyObject, Sendable {
    /// Whether it takes the call's messages by now; `nil` for as it was begun.
    var wantsMessages: Bool? { get }

    /// Whether it answers the call's requests by now; `nil` for as it was begun.
    var wantsRequests: Bool? { get }

    /// Takes a message, which is acknowledged with `call.acknowledge` once it has been consumed.
    func received(_ message: Payload, from identifier: String, in call: any RunningCall)

    /// Takes a request, to be answered then or later.
    func received(_ question: any CallQuestion)

    /// Takes a request, and what to cancel to end the call that asks.
    func received(_ question: any CallQuestion, in call: any RunningCall)

    /// Takes the news that neither messages nor requests follow, before the call's end: at most once.
    func closed()

    /// Takes the outcome: once, and last.
    func finished(with outcome: Outcome)
}

extension CallAudience {
    var wantsMessages: Bool? { nil }
    var wantsRequests: Bool? { nil }

    func closed() {}

    func received(_ question: any CallQuestion, in call: any RunningCall) {
        received(question)
    }
}
