// SPDX-License-Identifier: Apache-2.0

/// What happens in a scheduler's run, in the order of the cases for a run of one submission.
public enum SchedulerEvent: Sendable {
    /// The run has begun; what is submitted now is told after it.
    case started
    /// Something happened to a submission.
    case submission(Submission, SubmissionEvent)
    /// Nothing is left to run.
    case empty
    /// The run's time is over.
    case timeout
    /// The run was stopped, or an error ends it.
    case stop(ExitState)
    /// No submission is taken any more.
    case finishing
    /// Nothing runs any more: the last event of a run.
    case finished(ExitState)

    /// The names of the events; those of submissions, of whatever task, begin with `future`.
    public enum Kind: String, Sendable, Hashable, CaseIterable {
        case started, empty, timeout, stop, finishing, finished
        case futureSubmitted = "future-submitted"
        case futureDone = "future-done"
        case futureResult = "future-result"
        case futureException = "future-exception"
        case futureCancelled = "future-cancelled"
    }

    /// Its name; `nil` for what only tasks tell of a submission.
    public var kind: Kind? {
        switch self {
        case .started: .started
        case .empty: .empty
        case .timeout: .timeout
        case .stop: .stop
        case .finishing: .finishing
        case .finished: .finished
        case .submission(_, .submitted): .futureSubmitted
        case .submission(_, .done): .futureDone
        case .submission(_, .result): .futureResult
        case .submission(_, .exception): .futureException
        case .submission(_, .cancelled): .futureCancelled
        case .submission: nil
        }
    }
}
