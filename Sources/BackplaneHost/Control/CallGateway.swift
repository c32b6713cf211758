// SPDX-License-Identifier: Apache-2.0

internal import BackplaneTransport

/// What the control socket needs of a host: calls, started from outside of any service.
protocol CallGateway: Sendable {
    /// Starts a call and tells `audience` how it goes on.
    ///
    /// Returns soon: the plugin's code runs on other threads. The audience may hear of the end before
    /// this returns. What is wrong with the call (an unknown service, say) is its outcome.
    ///
    /// - Parameter target: `service.method`, not checked yet.
    func start(
        _ target: String, arguments: Payload, options: CallOptions, audience: any CallAudience
    ) -> any RunningCall
}

/// How a call from outside wants to be run.
struct CallOptions: Sendable, Equatable {
    /// The time for the whole call; nil for the method's own.
    var timeout: Duration?

    /// Whether the audience takes the call's messages.
    var takesMessages = false

    /// Whether the audience answers the call's requests.
    var takesRequests = false
}

/// A call that was started and may have ended by now.
///
/// Any thread.
protocol RunningCall: AnyObject, Sendable {
    /// Says that the outcome is no longer wanted. It still comes.
    func cancel()

    /// Says that `count` messages have been consumed, which makes room for as many.
    func acknowledge(_ count: Int)
}

/// Who hears of a call: in order, never two at once, on any thread.
///
/// Must not block.
protocol CallAudience: AnyObject, Sendable {
    /// Takes a message, which is acknowledged with `call.acknowledge` once it has been consumed.
    func received(_ message: Payload, from identifier: String, in call: any RunningCall)

    /// Takes a request, to be answered then or later.
    func received(_ question: any CallQuestion)

    /// Takes the outcome: once, and last.
    func finished(with outcome: Outcome)
}

/// A request of running plugin code that waits for its answer.
///
/// Any thread.
protocol CallQuestion: AnyObject, Sendable {
    /// What is asked.
    var payload: Payload { get }

    /// Who asks, e.g. `compute/2#1`.
    var identifier: String { get }

    /// Answers. The first answer counts; later ones do nothing.
    func respond(_ outcome: Outcome)
}
