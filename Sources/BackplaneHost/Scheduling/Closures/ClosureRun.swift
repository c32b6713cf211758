// SPDX-License-Identifier: Apache-2.0

internal import BackplaneTransport
internal import Synchronization

/// One run of a closure: a call whose method is the closure.
final class ClosureRun: RunningCall, CallHolder, CallSource {
    let call: Call
    let identifier: String
    private let line: SubmissionLine
    private let body: ClosureBody
    private let state = Mutex(State())

    private struct State {
        var task: Task<Void, Never>?
        var isCancelled = false
    }

    init(
        _ body: ClosureBody, of submission: Submission, arguments: Payload, timeout: Duration?,
        line: SubmissionLine, environment: CallEnvironment
    ) {
        self.body = body
        self.line = line
        let now = Instant.now
        identifier = "task/1#\(submission.number)"
        call = Call(
            number: submission.number, service: "task", method: submission.task.name,
            arguments: arguments, deadline: timeout.map { now.advanced(by: $0) } ?? .never,
            submitted: now, parent: nil, depth: 0, observer: line, environment: environment)
    }

    /// Starts the closure on one of the executor's threads.
    func start(on executor: ThreadExecutor) {
        call.hold(by: self)
        call.markStarted()
        call.watchDeadline()
        // Owned by the call, whose end cancels it.
        let task = Task(name: "task", executorPreference: executor) { await self.run() }
        let isCancelled = state.withLock { state in
            state.task = task
            return state.isCancelled
        }
        if isCancelled { task.cancel() }
    }

    private func run() async {
        do {
            let result = try await body.run(TaskComm(run: self), call.arguments)
            call.complete(.value(result))
        } catch is CancellationError where call.isUnwanted {
            call.complete(.error(.cancelled(call.method)))
        } catch {
            line.threw(error)
            call.complete(.error(CallError(throwing: error)))
        }
    }

    // MARK: The caller's side

    func cancel() { call.cancel() }

    func acknowledge(_ count: Int) { call.acknowledge(count) }

    // MARK: The call's side

    func cancelled(_ call: Call) {
        let task = state.withLock { state in
            state.isCancelled = true
            return state.task
        }
        task?.cancel()
    }

    func settled(_ call: Call) {
        // They would hold each other for ever.
        call.hold(by: nil)
        state.withLock { $0.task = nil }
    }

    // MARK: Messages and requests that nobody takes

    func forward(_ message: Payload, of call: Call?, done: @escaping @Sendable () -> Void) {
        done()
    }

    func answer(_ question: Question, of call: Call?) {
        question.respond(
            .error(
                CallError(
                    .unavailable,
                    "nobody answers requests of task '\(self.call.method)': attach a handler with"
                        + " on(.request)")))
    }
}

extension CallError {
    /// What a closure threw, as the outcome of its run.
    fileprivate init(throwing error: any Error) {
        if let error = error as? CallError {
            self = error
        } else {
            self.init(.failed, "\(error)", type: String(reflecting: Swift.type(of: error)))
        }
    }
}
