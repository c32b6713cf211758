// SPDX-License-Identifier: Apache-2.0

internal import BackplaneTransport
internal import DequeModule

/// A call's nested calls, and its messages and requests on their way to its caller.
///
/// News is delivered in order and one at a time: whoever finds the line empty delivers, outside the
/// lock, also what others add meanwhile. The outcome joins the same line, so it always comes last.
final class CallTraffic: Sendable {
    /// Messages that were sent and not yet consumed: beyond either, senders wait.
    static let messageLimit = 256
    static let byteLimit = 16 << 20

    private enum News {
        case message(Payload, String)
        case question(Question)
        case closed
        case outcome(Outcome)
    }

    private struct State {
        var children = NumberTable<Call>()
        var questions: [UInt64: Question] = [:]
        var line = Deque<News>()
        var isDelivering = false
        var isFinished = false
        /// The sizes of the messages not yet consumed, oldest first.
        var unconsumed = Deque<Int>()
        var unconsumedBytes = 0
        var waiting: [Waiter] = []
        /// Those who wait for something else, and not beyond the end.
        var ending: [Waiter] = []

        func hasRoom(for size: Int) -> Bool {
            unconsumed.isEmpty
                || (unconsumed.count < messageLimit && unconsumedBytes + size <= byteLimit)
        }

        /// Puts news in the line, in the same breath as what it belongs to: nothing that was accepted
        /// may come after the outcome.
        ///
        /// - Returns: Whether it is for the caller to deliver what is in the line.
        mutating func enqueue(_ news: News) -> Bool {
            line.append(news)
            defer { isDelivering = true }
            return !isDelivering
        }

        mutating func takeWaiting() -> [Waiter] {
            defer { waiting = [] }
            return waiting
        }
    }

    /// A final class, because a bare closure in a generic box is wrapped anew at each access.
    private final class Waiter: Sendable {
        let wake: @Sendable () -> Void

        init(_ wake: @escaping @Sendable () -> Void) {
            self.wake = wake
        }
    }

    private let environment: CallEnvironment
    private let monitor = Monitor(State())

    init(environment: CallEnvironment) {
        self.environment = environment
    }

    // MARK: Nested calls

    func add(child: Call) {
        monitor.withLock { $0.children.insert(child, for: child.number) }
    }

    func remove(child: Call) {
        monitor.withLock { _ = $0.children.remove(child.number) }
    }

    func cancelChildren(_ error: CallError) {
        let children = monitor.withLock { $0.children.values }
        for child in children { child.cancel(error) }
    }

    // MARK: Messages

    func emit(
        _ message: Payload, from source: any CallSource, of call: Call,
        to observer: any CallObserver, wait: EmitWait
    ) -> CallError? {
        let news: News? =
            observer.takesMessages ? .message(message, source.identifier) : nil
        switch send(news, size: message.count, of: call, wait: wait) {
        case .refused(let error): return error
        case .queued: break
        case .first:
            observer.received(message, from: source.identifier, in: call)
            deliver(to: observer, of: call)
        case .elsewhere: source.forward(message, of: call) { [weak self] in self?.acknowledge(1) }
        }
        return nil
    }

    private enum Sending {
        case refused(CallError)
        /// Somebody is delivering and comes to it.
        case queued
        /// Nobody is.
        case first
        /// It is not for the caller.
        case elsewhere
    }

    /// Takes room for one message of `size` bytes; the first of all always finds some.
    private func send(_ news: News?, size: Int, of call: Call, wait: EmitWait) -> Sending {
        monitor.wait { state in
            guard !state.isFinished else { return .done(.refused(call.endedError)) }
            guard !call.has(.closed) else { return .done(.refused(call.closedError)) }
            if state.hasRoom(for: size) {
                state.unconsumed.append(size)
                state.unconsumedBytes += size
                call.markDelivered()
                guard let news else { return .done(.elsewhere) }
                guard !state.isDelivering else {
                    state.line.append(news)
                    return .done(.queued)
                }
                // Mostly nobody is at it: it needs no place in the line.
                state.isDelivering = true
                return .done(.first)
            }
            switch wait {
            case .never:
                return .done(.refused(Self.full(call)))
            case .notify(let ready):
                state.waiting.append(Waiter(ready))
                return .done(.refused(Self.full(call)))
            case .block:
                if call.deadline.hasPassed { return .done(.refused(call.endedError)) }
                return .wait(until: call.deadline)
            }
        }
    }

    private static func full(_ call: Call) -> CallError {
        CallError(
            .overloaded,
            "\(messageLimit) messages of \(call.service).\(call.method) wait to be consumed")
    }

    func acknowledge(_ count: Int) {
        let waiting = monitor.withLock { state in
            for _ in 0..<max(0, count) {
                guard let size = state.unconsumed.popFirst() else { break }
                state.unconsumedBytes -= size
            }
            return state.takeWaiting()
        }
        monitor.notify(all: true)
        for waiter in waiting { waiter.wake() }
    }

    // MARK: The end of what runs for the call

    /// Calls `wake` once the call has finished; false when it has.
    func onEnd(_ wake: @escaping @Sendable () -> Void) -> Bool {
        monitor.withLock { state in
            if !state.isFinished { state.ending.append(Waiter(wake)) }
            return !state.isFinished
        }
    }

    // MARK: Requests

    func ask(_ question: Question, of call: Call, to observer: any CallObserver) {
        let isFirst: Bool? = monitor.withLock { state in
            guard !state.isFinished, !call.has(.closed) else { return nil }
            if state.questions.count >= 64 {
                state.questions = state.questions.filter { !$0.value.isOver }
            }
            state.questions[question.number] = question
            return state.enqueue(.question(question))
        }
        guard let isFirst else {
            return question.withdraw(call.has(.closed) ? call.closedError : call.endedError)
        }
        if isFirst { deliver(to: observer, of: call) }
    }

    // MARK: The end

    /// Lets nothing follow but the outcome.
    func close(_ call: Call, to observer: any CallObserver) {
        let closing: ([UInt64: Question], [Waiter], Bool)? = monitor.withLock { state in
            guard !state.isFinished, call.markClosed() else { return nil }
            defer { state.questions = [:] }
            return (state.questions, state.takeWaiting(), state.enqueue(.closed))
        }
        guard let (questions, waiting, isFirst) = closing else { return }
        monitor.notify(all: true)
        for question in questions.values { question.withdraw(call.closedError) }
        for waiter in waiting { waiter.wake() }
        if isFirst { deliver(to: observer, of: call) }
    }

    func finish(_ call: Call, with outcome: Outcome, observer: any CallObserver) {
        let (questions, waiting, isFirst) = monitor.withLock { state in
            state.isFinished = true
            defer { (state.questions, state.ending) = ([:], []) }
            return (
                state.questions, state.takeWaiting() + state.ending,
                state.enqueue(.outcome(outcome))
            )
        }
        monitor.notify(all: true)
        for question in questions.values { question.withdraw(call.endedError) }
        for waiter in waiting { waiter.wake() }
        if isFirst { deliver(to: observer, of: call) }
    }

    private func deliver(to observer: any CallObserver, of call: Call) {
        while let news = nextNews() {
            switch news {
            case .message(let payload, let identifier):
                observer.received(payload, from: identifier, in: call)
            case .question(let question): observer.received(question, in: call)
            case .closed: observer.closed(call)
            case .outcome(let outcome): observer.finished(call, with: outcome)
            }
        }
    }

    private func nextNews() -> News? {
        monitor.withLock { state in
            let next = state.line.popFirst()
            if next == nil { state.isDelivering = false }
            return next
        }
    }
}
