// SPDX-License-Identifier: Apache-2.0

public import BackplanePayload

/// What happens to a submission, in this order.
///
/// `opened` to `closed` only if it got to run. Then either `done`, followed by `result` or
/// `exception`, or `cancelled`.
public enum SubmissionEvent: Sendable {
    /// It was accepted.
    case submitted
    /// It has begun to run.
    case opened
    /// It sent something.
    case message(Message<Value>)
    /// It asks something.
    case request(Request<Value>)
    /// It sends and asks nothing any more: once, whatever becomes of it.
    case closed(CloseReason)
    /// It has ended by itself.
    case done
    /// It gave a result.
    case result(TaskResult)
    /// It failed.
    case exception(TaskException)
    /// It was cancelled.
    case cancelled

    /// The names of the events.
    public enum Kind: String, Sendable, Hashable, CaseIterable {
        case submitted, opened, message, request, closed, done, result, exception, cancelled
    }

    /// Its name.
    public var kind: Kind {
        switch self {
        case .submitted: .submitted
        case .opened: .opened
        case .message: .message
        case .request: .request
        case .closed: .closed
        case .done: .done
        case .result: .result
        case .exception: .exception
        case .cancelled: .cancelled
        }
    }
}
