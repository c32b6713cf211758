// SPDX-License-Identifier: Apache-2.0

internal import BackplanePayload
internal import BackplaneTransport
internal import Synchronization

/// One submission's way from its beginning to its end.
extension Scheduler {
    func carryOut(_ submission: Submission) async {
        let line = SubmissionLine(of: submission.task)
        // A task of its own: a cancellation ends its handlers and not those of the end.
        let conversation = Task(
            name: "conversation", executorPreference: host.resources.executor
        ) { await self.converse(with: submission, over: line) }
        submission.converses(conversation)
        await conversation.value
        let isClosed = line.isClosed
        if isClosed { await tellPlainly(.closed(.byMethod), of: submission) }
        let outcome = await line.outcome
        submission.stopped()
        if !isClosed { await tellPlainly(.closed(Self.reason(outcome)), of: submission) }
        await tellEnd(of: submission, outcome)
        ended(submission)
    }

    /// Begins the run, and handles what it sends and asks until it has ended, or is cancelled.
    private func converse(with submission: Submission, over line: SubmissionLine) async {
        await handle(.opened, of: submission)
        begin(submission, over: line)
        while let news = await line.news.next(), !Task.isCancelled {
            switch news {
            case .message(let payload, let identifier, let receipt):
                let message = Message(payload, from: identifier, in: submission.number)
                await handle(.message(message), of: submission)
                receipt.acknowledge(1)
            case .question(let question):
                let request = Request(question, in: submission.number)
                await handle(.request(request), of: submission, asking: request)
            }
        }
    }

    private func begin(_ submission: Submission, over line: SubmissionLine) {
        let task = submission.task
        let arguments: Payload
        switch submission.arguments {
        case .success(let payload): arguments = payload
        case .failure(let error): return line.finished(with: .error(error))
        }
        if let refusal = refusal(of: task) { return line.finished(with: .error(refusal)) }
        switch task.work {
        case .method(let target):
            submission.runs(
                host.start(
                    target, arguments: arguments, options: CallOptions(timeout: task.timeout),
                    audience: line))
        case .closure(let body):
            let run = ClosureRun(
                body, of: submission, arguments: arguments, timeout: task.timeout, line: line,
                environment: host.resources.router.environment)
            run.start(on: host.resources.executor)
            submission.runs(run)
        }
    }

    /// Why a task can't run in this scheduler; `nil` if it can, or if the call itself will tell.
    private func refusal(of task: SchedulerTask) -> CallError? {
        switch task.work {
        case .closure:
            guard slot.kind == .forked else { return nil }
            return CallError(
                .incompatible,
                "task '\(task.name)' is a closure, which can't run in another process; make it a"
                    + " method of a forked service, or the scheduler .async(workers:)")
        case .method(let target):
            guard let name = CallTarget(target).service,
                let other = host.managed(name)?.service.configuration.slot, other != slot.kind
            else { return nil }
            return CallError(
                .incompatible,
                "the scheduler's tasks are \(slot.kind.rawValue), and service '\(name)' is"
                    + " \(other.rawValue); change one of them")
        }
    }

    // MARK: Events

    /// Has an event of a running submission handled.
    private func handle(
        _ event: SubmissionEvent, of submission: Submission, asking request: Request<Value>? = nil
    ) async {
        guard let error = await tell(.submission(submission, event)) else { return }
        // A handler that was cancelled with its submission has nothing to complain about.
        guard !submission.isCancelled else { return }
        let action = state.withLock { $0.run?.onException.action(for: error) } ?? .raise
        handlerThrew(error)
        // Before the refusal: it ends as cancelled and not with what its method makes of that.
        if action != .continue { submission.cancelRunning() }
        request?.refuse(.handlerThrew(error))
    }

    private static func reason(_ outcome: Result<Payload, any Error>) -> CloseReason {
        switch outcome {
        case .success: .returned
        case .failure(let error as CallError): .failed(error)
        case .failure(let error): .failed(CallError(.failed, "\(error)"))
        }
    }

    private func tellEnd(
        of submission: Submission, _ outcome: Result<Payload, any Error>
    ) async {
        switch outcome {
        case .failure(let error as CallError) where error.code == .cancelled:
            await tellCancelled(submission, because: error)
        case .success(let payload):
            await tellPlainly(.done, of: submission)
            await tellPlainly(
                .result(TaskResult(submission: submission, payload: payload)), of: submission)
            submission.end(with: outcome)
        case .failure(let error):
            await tellPlainly(.done, of: submission)
            await tellPlainly(
                .exception(TaskException(submission: submission, error: error)), of: submission)
            submission.end(with: outcome)
            follow(error, code: .exception) { $0.onException.action(for: error) }
        }
    }

    func tellCancelled(_ submission: Submission, because error: CallError) async {
        await tellPlainly(.cancelled, of: submission)
        submission.end(with: .failure(error))
        follow(error, code: .cancelled) { $0.onCancelled }
    }

    private func tellPlainly(_ event: SubmissionEvent, of submission: Submission) async {
        if let error = await tell(.submission(submission, event)) { handlerThrew(error) }
    }

    /// Ends the run because of how a submission ended, if its policy says so.
    private func follow(
        _ error: any Error, code: ExitState.Code, policy: (Run) -> ErrorPolicy.Action
    ) {
        switch state.withLock({ $0.run.map(policy) }) {
        case .raise: end(ExitState(code, error: error), raises: true)
        case .end: end(ExitState(code, error: error), raises: false)
        case .continue, nil: break
        }
    }
}
