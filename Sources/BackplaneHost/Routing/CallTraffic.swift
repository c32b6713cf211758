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
        case outcome(Outcome)
    }

    private final class State {
        var children: [UInt64: Call] = [:]
        var questions: [UInt64: Question] = [:]
        var line = Deque<News>()
        var isDelivering = false
        var isFinished = false
        /// The sizes of the messages not yet consumed, oldest first.
        var unconsumed = Deque<Int>()
        var unconsumedBytes = 0
        var waiting: [@Sendable () -> Void] = []
    }

    private let environment: CallEnvironment
    private let monitor = Monitor()
    // SAFETY: only touched with the monitor held.
    private nonisolated(unsafe) let state = State()

    init(environment: CallEnvironment) {
        self.environment = environment
    }

    // MARK: Nested calls

    func add(child: Call) {
        monitor.withLock { unsafe state.children[child.number] = child }
    }

    func remove(child: Call) {
        monitor.withLock { _ = unsafe state.children.removeValue(forKey: child.number) }
    }

    func cancelChildren(_ error: CallError) {
        let children = monitor.withLock { unsafe Array(state.children.values) }
        for child in children { child.cancel(error) }
    }

    // MARK: Messages

    func emit(
        _ message: Payload, from source: any CallSource, of call: Call,
        to observer: any CallObserver, wait: EmitWait
    ) -> CallError? {
        if let refusal = reserve(message.count, of: call, wait: wait) { return refusal }
        call.markDelivered()
        guard observer.takesMessages else {
            source.forward(message, of: call) { [weak self] in self?.acknowledge(1) }
            return nil
        }
        deliver(.message(message, source.identifier), of: call, to: observer)
        return nil
    }

    /// Takes room for one message of `size` bytes; the first of all always finds some.
    private func reserve(_ size: Int, of call: Call, wait: EmitWait) -> CallError? {
        monitor.withLock {
            while true {
                guard unsafe !state.isFinished else { return call.endedError }
                if hasRoom(for: size) {
                    unsafe state.unconsumed.append(size)
                    unsafe state.unconsumedBytes += size
                    return nil
                }
                switch wait {
                case .never:
                    return Self.full(call)
                case .notify(let ready):
                    unsafe state.waiting.append(ready)
                    return Self.full(call)
                case .block:
                    if monitor.wait(until: call.deadline) { return call.endedError }
                }
            }
        }
    }

    private static func full(_ call: Call) -> CallError {
        CallError(
            .overloaded,
            "\(messageLimit) messages of \(call.service).\(call.method) wait to be consumed")
    }

    private func hasRoom(for size: Int) -> Bool {
        unsafe state.unconsumed.isEmpty
            || (state.unconsumed.count < Self.messageLimit
                && state.unconsumedBytes + size <= Self.byteLimit)
    }

    func acknowledge(_ count: Int) {
        let waiting = monitor.withLock { () -> [@Sendable () -> Void] in
            for _ in 0..<max(0, count) {
                guard let size = unsafe state.unconsumed.popFirst() else { break }
                unsafe state.unconsumedBytes -= size
            }
            return wakeSenders()
        }
        for ready in waiting { ready() }
    }

    private func wakeSenders() -> [@Sendable () -> Void] {
        monitor.broadcast()
        defer { unsafe state.waiting = [] }
        return unsafe state.waiting
    }

    // MARK: Requests

    func ask(_ question: Question, of call: Call, to observer: any CallObserver) {
        let isOpen = monitor.withLock { () -> Bool in
            guard unsafe !state.isFinished else { return false }
            if unsafe state.questions.count >= 64 {
                unsafe state.questions = state.questions.filter { !$0.value.isOver }
            }
            unsafe state.questions[question.number] = question
            return true
        }
        guard isOpen else { return question.withdraw(call.endedError) }
        deliver(.question(question), of: call, to: observer)
    }

    // MARK: The end

    func finish(_ call: Call, with outcome: Outcome, observer: any CallObserver) {
        let (questions, waiting) = monitor.withLock {
            unsafe state.isFinished = true
            defer { unsafe state.questions = [:] }
            return unsafe (state.questions, wakeSenders())
        }
        for question in questions.values { question.withdraw(call.endedError) }
        for ready in waiting { ready() }
        deliver(.outcome(outcome), of: call, to: observer)
    }

    private func deliver(_ news: News, of call: Call, to observer: any CallObserver) {
        var next: News? = monitor.withLock {
            guard unsafe !state.isDelivering else {
                unsafe state.line.append(news)
                return nil
            }
            unsafe state.isDelivering = true
            return news
        }
        while let news = next {
            switch news {
            case .message(let payload, let identifier):
                observer.received(payload, from: identifier, in: call)
            case .question(let question): observer.received(question, in: call)
            case .outcome(let outcome): observer.finished(call, with: outcome)
            }
            next = monitor.withLock {
                let following = unsafe state.line.popFirst()
                if following == nil { unsafe state.isDelivering = false }
                return following
            }
        }
    }
}
