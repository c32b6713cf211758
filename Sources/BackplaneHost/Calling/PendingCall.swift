// SPDX-License-Identifier: Apache-2.0

public import BackplaneTransport

/// A call that is under way while its caller goes on, and whose outcome is asked for later, if ever.
///
/// One task has many calls under way without a task for each:
///
/// ```swift
/// let pending = inputs.map { host.begin("compute", "double", arguments: $0) }
/// for call in pending { print(await call.outcome) }
/// ```
///
/// Letting go of it does not end the call. Until then it keeps what was shared with its worker, whose
/// memory is given back after the worker's end only once nobody has a call of it any more.
public struct PendingCall: Sendable {
    /// Which way it went.
    enum Way: Sendable {
        case plain(PlainCall)
        case whole(OutermostCall, Promise<Outcome>)
    }

    let way: Way

    /// What comes of it, after the retries that its service allows; asked for as often as one likes.
    ///
    /// Cancelling a task that waits cancels the call.
    public var outcome: Outcome {
        get async {
            switch way {
            case .plain(let call): return await call.end
            case .whole(let call, let outcome):
                return await withTaskCancellationHandler {
                    await outcome.value
                } onCancel: {
                    call.cancel()
                }
            }
        }
    }

    /// Says that its outcome is no longer wanted; it is `cancelled` then, unless it is there.
    public func cancel() {
        switch way {
        case .plain(let call): call.cancel()
        case .whole(let call, _): call.cancel()
        }
    }
}

extension Host {
    /// Begins a call of a method of a service, and does not wait for it.
    ///
    /// It runs where its service runs, never on this thread. Calls of one service that are begun one after
    /// the other may end in any order.
    ///
    /// - Parameters:
    ///   - arguments: One CBOR item: an array by position, a map by name, or the one argument.
    ///   - timeout: For the whole call; `nil` takes the method's own, for each attempt.
    public func begin(
        _ service: String, _ method: String, arguments: Payload, timeout: Duration? = nil
    ) -> PendingCall {
        let target = CallTarget(service: service, method: method)
        if let call = retrier.begin(target, arguments, timeout: timeout) {
            return PendingCall(way: .plain(call))
        }
        let audience = PendingOutcome()
        let call = retrier.call(
            CallRequest(target: target, arguments: arguments),
            options: CallOptions(timeout: timeout), audience: audience)
        call.begin()
        return PendingCall(way: .whole(call, audience.outcome))
    }
}

/// Keeps the outcome of a call until somebody asks for it.
private final class PendingOutcome: CallAudience {
    let outcome = Promise<Outcome>()

    func received(_ message: Payload, from identifier: String, in call: any RunningCall) {
        call.acknowledge(1)
    }

    func received(_ question: any CallQuestion) {
        question.respond(.error(.unanswerable("this call")))
    }

    func finished(with outcome: Outcome) {
        self.outcome.keep(outcome)
    }
}
