// SPDX-License-Identifier: Apache-2.0

internal import BackplaneTransport
internal import Synchronization

/// What comes of a submission's run, on its way to its handlers: messages and requests in order, and
/// how it ended.
final class SubmissionLine: Sendable {
    enum News: Sendable {
        /// What was sent, by whom, and who is told that it was dealt with.
        case message(Payload, String, any RunningCall)
        case question(any CallQuestion)
    }

    let news = WaitingLine<News>()
    private let task: SchedulerTask
    private let end = Promise<Outcome>()
    private let thrown = Mutex<(any Error)?>(nil)
    private let hasClosed = Atomic(false)

    init(of task: SchedulerTask) {
        self.task = task
    }

    /// How it ended: a closure's own error, if that is what ended it.
    var outcome: Result<Payload, any Error> {
        get async {
            switch await end.value {
            case .value(let payload): return .success(payload)
            case .error(let error):
                // What a closure throws after its deadline did not end it.
                guard error.code == .failed else { return .failure(error) }
                return .failure(thrown.withLock { $0 } ?? error)
            }
        }
    }

    /// Whether it was closed while it ran on.
    var isClosed: Bool { hasClosed.load(ordering: .acquiring) }

    /// Notes what a closure threw, before its call ends.
    func threw(_ error: any Error) {
        thrown.withLock { $0 = error }
    }
}

/// Of a service's method.
extension SubmissionLine: CallAudience {
    var wantsMessages: Bool? { true }
    var wantsRequests: Bool? { takesRequests }

    func received(_ message: Payload, from identifier: String, in call: any RunningCall) {
        news.append(.message(message, identifier, call))
    }

    func received(_ question: any CallQuestion) {
        news.append(.question(question))
    }

    func closed() {
        hasClosed.store(true, ordering: .releasing)
        news.finish()
    }

    func finished(with outcome: Outcome) {
        end.keep(outcome)
        news.finish()
    }
}

/// Of a closure.
extension SubmissionLine: CallObserver {
    var takesMessages: Bool { true }
    var takesRequests: Bool { task.handlers.hasHandlers(for: .request) }

    func received(_ message: Payload, from identifier: String, in call: Call) {
        news.append(.message(message, identifier, CallReceipt(call)))
    }

    func received(_ question: Question, in call: Call) {
        news.append(.question(question))
    }

    func closed(_ call: Call) {
        closed()
    }

    func finished(_ call: Call, with outcome: Outcome) {
        finished(with: outcome)
    }
}

/// A call, as its messages are acknowledged.
private final class CallReceipt: RunningCall {
    private let call: Call

    init(_ call: Call) {
        self.call = call
    }

    func cancel() { call.cancel() }
    func acknowledge(_ count: Int) { call.acknowledge(count) }
}
