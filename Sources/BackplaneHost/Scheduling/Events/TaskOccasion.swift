// SPDX-License-Identifier: Apache-2.0

public import BackplanePayload

/// An event of a task that a handler can be registered for, with what the handler gets.
public struct TaskOccasion<Payload: Sendable>: Sendable {
    let kind: SubmissionEvent.Kind
    let payload: @Sendable (Submission, SubmissionEvent) -> Payload?

    init(
        _ kind: SubmissionEvent.Kind,
        payload: @escaping @Sendable (Submission, SubmissionEvent) -> Payload?
    ) {
        self.kind = kind
        self.payload = payload
    }
}

extension TaskOccasion<Submission> {
    private init(_ kind: SubmissionEvent.Kind) {
        self.init(kind) { submission, _ in submission }
    }

    /// It was accepted.
    public static var submitted: Self { Self(.submitted) }

    /// It has begun to run.
    public static var opened: Self { Self(.opened) }

    /// It has ended by itself; its result or exception follows.
    public static var done: Self { Self(.done) }

    /// It was cancelled.
    public static var cancelled: Self { Self(.cancelled) }
}

extension TaskOccasion<Message<Value>> {
    /// It sent something.
    public static var message: Self {
        Self(.message) { if case .message(let message) = $1 { message } else { nil } }
    }
}

extension TaskOccasion<Request<Value>> {
    /// It asks something, to be answered by the handler, or later.
    public static var request: Self {
        Self(.request) { if case .request(let request) = $1 { request } else { nil } }
    }
}

extension TaskOccasion<CloseReason> {
    /// It sends and asks nothing any more.
    public static var closed: Self {
        Self(.closed) { if case .closed(let reason) = $1 { reason } else { nil } }
    }
}

extension TaskOccasion<TaskResult> {
    /// It gave a result.
    public static var result: Self {
        Self(.result) { if case .result(let result) = $1 { result } else { nil } }
    }
}

extension TaskOccasion<TaskException> {
    /// It failed.
    public static var exception: Self {
        Self(.exception) { if case .exception(let exception) = $1 { exception } else { nil } }
    }
}
