// SPDX-License-Identifier: Apache-2.0

internal import BackplaneTransport
internal import Synchronization

/// A call from outside of any service, with the retries that its service allows.
///
/// Only the outermost caller retries: nested retries would multiply.
final class OutermostCall: CallObserver, RunningCall {
    private struct State {
        var current: Call?
        var retries = 0
        var isCancelled = false
        /// Whether an attempt has failed and the next is waited for.
        var isPausing = false
    }

    private let router: Router
    private let budget: RetryBudget
    private let request: CallRequest
    private let options: CallOptions
    private let audience: any CallAudience
    private let state = Mutex<State>(State())

    init(
        _ request: CallRequest, options: CallOptions, audience: any CallAudience, router: Router,
        budget: RetryBudget
    ) {
        self.request = request.ending(within: options.timeout)
        self.options = options
        self.audience = audience
        self.router = router
        self.budget = budget
    }

    var takesMessages: Bool { audience.wantsMessages ?? options.takesMessages }
    var takesRequests: Bool { audience.wantsRequests ?? options.takesRequests }

    /// Makes the first attempt.
    func begin() {
        budget.deposit()
        attempt(request)
    }

    private func attempt(_ request: CallRequest) {
        let call = router.submit(request, observer: self)
        let isCancelled = state.withLock { state in
            // Not once it is over: they would hold each other for ever.
            state.current = call.isOver ? nil : call
            return state.isCancelled
        }
        if isCancelled { call.cancel() }
    }

    func cancel() {
        let (current, wasPausing) = state.withLock { state in
            defer { state.isPausing = false }
            state.isCancelled = true
            return (state.current, state.isPausing)
        }
        current?.cancel()
        // Between two attempts there is no call that could bring the end.
        if wasPausing { audience.finished(with: .error(.cancelled(request.target.text))) }
    }

    func acknowledge(_ count: Int) {
        state.withLock { $0.current }?.acknowledge(count)
    }

    // MARK: What comes of it

    func received(_ message: Payload, from identifier: String, in call: Call) {
        audience.received(message, from: identifier, in: call)
    }

    func received(_ question: Question, in call: Call) {
        audience.received(question, in: call)
    }

    func closed(_ call: Call) {
        audience.closed()
    }

    func finished(_ call: Call, with outcome: Outcome) {
        state.withLock { if $0.current === call { $0.current = nil } }
        ended(with: outcome, outcome.code.map { call.end(with: $0) })
    }

    /// Goes on after an attempt: makes the next, or tells how the call has ended.
    ///
    /// - Parameter end: How the attempt ended; nil when it was a success.
    func ended(with outcome: Outcome, _ end: RetryPolicy.End?) {
        guard let end, let delay = delay(after: end) else {
            return audience.finished(with: outcome)
        }
        let next = Instant.now.advanced(by: delay)
        guard next < request.until, budget.withdraw() else {
            return audience.finished(with: outcome)
        }
        let isCancelled = state.withLock { state in
            state.retries += 1
            state.isPausing = !state.isCancelled
            return state.isCancelled
        }
        guard !isCancelled else { return audience.finished(with: outcome) }
        router.environment.deadlines.watch(
            Alarm(at: next) { [self] in
                let isWanted = state.withLock { state in
                    defer { state.isPausing = false }
                    return state.isPausing
                }
                guard isWanted else { return }
                // This thread is the deadlines': no plugin's code may run on it.
                var again = request
                again.entry = .elsewhere
                attempt(again)
            })
    }

    private func delay(after end: RetryPolicy.End) -> Duration? {
        guard let configuration = router.retries(of: request.target) else { return nil }
        let (retries, isCancelled) = state.withLock { ($0.retries, $0.isCancelled) }
        guard !isCancelled else { return nil }
        return RetryPolicy(configuration: configuration).delay(
            after: end, retries: retries, jitter: .random(in: 0..<1))
    }
}

/// An attempt, as the audience acknowledges its messages and cancels it: `current` may not be set yet
/// when the first of them comes.
extension Call: RunningCall {
    func cancel() { cancel(nil) }
}

extension Question: CallQuestion {}

/// Runs something at a time, on the deadlines' thread, which it must not block.
private final class Alarm: Expirable {
    let deadline: Instant
    private let body: @Sendable () -> Void

    init(at deadline: Instant, _ body: @escaping @Sendable () -> Void) {
        self.deadline = deadline
        self.body = body
    }

    var isOver: Bool { false }

    func expire() { body() }
}
