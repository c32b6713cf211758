// SPDX-License-Identifier: Apache-2.0

internal import BackplaneTransport
internal import DequeModule
internal import Synchronization

/// The messages of a call on their way from its worker to its caller, in order, and what follows them.
///
/// The worker sends what its window allows; what the caller has no room for waits here, uncredited,
/// and the outcome behind it.
final class ForkedStream: Sendable {
    private enum News {
        case message(Payload)
        case closed
        case outcome(Outcome)
    }

    private struct State {
        var line = Deque<News>()
        var isBusy = false
        var isClosed = false
        var intake = MessageIntake()
    }

    private let call: Call
    private let worker: ForkedWorker
    private let state = Mutex(State())

    init(_ call: Call, of worker: ForkedWorker) {
        self.call = call
        self.worker = worker
    }

    /// Takes a message of the worker; false when it had no right to send one.
    func take(_ message: Payload) -> Bool {
        enum Place { case none, line, first }
        let place: Place = state.withLock { state in
            // More than its window holds: it breaks the rules.
            guard state.intake.take(message.count) else { return .none }
            guard state.isBusy || !state.line.isEmpty else {
                state.isBusy = true
                return .first
            }
            state.line.append(.message(message))
            return .line
        }
        switch place {
        case .none: return false
        case .line: advance()
        case .first: pass(first: message)
        }
        return true
    }

    /// Passes a message on that has none before it, and mostly needs no place in the line.
    private func pass(first message: Payload) {
        let error = call.emit(message, from: worker.context, wait: .never)
        let isFull = error?.code == .overloaded
        let (credit, isAny) = state.withLock { state in
            state.isBusy = false
            if isFull { state.line.prepend(.message(message)) }
            return (isFull ? 0 : state.intake.passOn(message.count), !state.line.isEmpty)
        }
        tell(credit)
        if isAny { advance() }
    }

    /// Takes the news that the worker sends no more messages; it follows those that are still here.
    ///
    /// - Returns: Whether it is news.
    func close() -> Bool {
        let isFirst = state.withLock { state in
            guard !state.isClosed else { return false }
            state.isClosed = true
            state.line.append(.closed)
            return true
        }
        if isFirst { advance() }
        return isFirst
    }

    /// Takes the outcome; it follows the messages that are still here.
    func end(_ outcome: Outcome) {
        state.withLock { $0.line.append(.outcome(outcome)) }
        advance()
        // Its worker looks after its deadline no more, and who does not take the messages may wait long.
        if !call.has(.settled) { call.watchDeadline() }
    }

    /// Passes on what can be passed on; one at a time, whoever finds nobody at it.
    private func advance() {
        while let news = next() {
            switch news {
            case .outcome(let outcome):
                call.complete(outcome)
                return
            case .closed:
                call.close()
                pass()
            case .message(let message):
                let error = call.emit(
                    message, from: worker.context, wait: .notify { self.goOn() })
                // Its turn comes again with `goOn`, which may be running by now.
                if error?.code == .overloaded { return }
                pass(message.count)
            }
        }
    }

    /// The first of the line, which stays there until it was passed on.
    private func next() -> News? {
        state.withLock { state in
            guard !state.isBusy, let news = state.line.first else { return nil }
            state.isBusy = true
            return news
        }
    }

    /// The first of the line was passed on.
    ///
    /// - Parameter size: Of a message, whose sender is told of the room.
    private func pass(_ size: Int? = nil) {
        let credit = state.withLock { state in
            state.line.removeFirst()
            state.isBusy = false
            return size.map { state.intake.passOn($0) } ?? 0
        }
        tell(credit)
    }

    private func tell(_ credit: UInt64) {
        if credit > 0 { worker.send(Frame(.credit, number: call.number, argument: credit)) }
    }

    private func goOn() {
        state.withLock { $0.isBusy = false }
        advance()
    }
}
