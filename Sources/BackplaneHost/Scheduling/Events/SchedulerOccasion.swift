// SPDX-License-Identifier: Apache-2.0

/// An event of a scheduler that a handler can be registered for, with what the handler gets.
public struct SchedulerOccasion<Payload: Sendable>: Sendable {
    let kind: SchedulerEvent.Kind
    let payload: @Sendable (SchedulerEvent) -> Payload?

    init(
        _ kind: SchedulerEvent.Kind, payload: @escaping @Sendable (SchedulerEvent) -> Payload?
    ) {
        self.kind = kind
        self.payload = payload
    }
}

extension SchedulerOccasion<Void> {
    private init(_ kind: SchedulerEvent.Kind) {
        self.init(kind) { _ in () }
    }

    /// The run has begun.
    public static var started: Self { Self(.started) }

    /// Nothing is left to run.
    public static var empty: Self { Self(.empty) }

    /// The run's time is over.
    public static var timeout: Self { Self(.timeout) }

    /// No submission is taken any more.
    public static var finishing: Self { Self(.finishing) }
}

extension SchedulerOccasion<ExitState> {
    /// The run was stopped, or an error ends it.
    public static var stop: Self {
        Self(.stop) { if case .stop(let state) = $0 { state } else { nil } }
    }

    /// Nothing runs any more.
    public static var finished: Self {
        Self(.finished) { if case .finished(let state) = $0 { state } else { nil } }
    }
}

extension SchedulerOccasion<Submission> {
    private init(future kind: SchedulerEvent.Kind) {
        self.init(kind) { if case .submission(let submission, _) = $0 { submission } else { nil } }
    }

    /// A submission of some task was accepted.
    public static var futureSubmitted: Self { Self(future: .futureSubmitted) }

    /// A submission of some task has ended by itself.
    public static var futureDone: Self { Self(future: .futureDone) }

    /// A submission of some task was cancelled.
    public static var futureCancelled: Self { Self(future: .futureCancelled) }
}

extension SchedulerOccasion<TaskResult> {
    /// A submission of some task gave a result.
    public static var futureResult: Self {
        Self(.futureResult) {
            if case .submission(_, .result(let result)) = $0 { result } else { nil }
        }
    }
}

extension SchedulerOccasion<TaskException> {
    /// A submission of some task failed.
    public static var futureException: Self {
        Self(.futureException) {
            if case .submission(_, .exception(let exception)) = $0 { exception } else { nil }
        }
    }
}
