// SPDX-License-Identifier: Apache-2.0

internal import BackplaneTransport
internal import DequeModule
internal import Synchronization

/// A call that a worker has: what comes of it passes through here, in order.
///
/// The worker sends what its window allows; what the caller has no room for waits here, uncredited,
/// and the outcome behind it.
final class ForkedCall: Sendable {
    /// More uncredited messages than a worker's window holds: it breaks the rules.
    private static let windowLimit = 256

    private enum News {
        case message(Payload)
        case closed
        case outcome(Outcome)
    }

    private struct State {
        var line = Deque<News>()
        var isBusy = false
    }

    let call: Call
    /// The how manieth call of its worker it is.
    let position: UInt64
    private let source: any CallSource
    /// Tells the worker that a message was passed on.
    private let credit: @Sendable () -> Void
    private let state = Mutex(State())

    init(
        _ call: Call, position: UInt64, source: any CallSource,
        credit: @escaping @Sendable () -> Void
    ) {
        self.call = call
        self.position = position
        self.source = source
        self.credit = credit
    }

    /// Takes a message of the worker; false when it had no right to send one.
    func take(_ message: Payload) -> Bool {
        let isAllowed = state.withLock { state in
            state.line.append(.message(message))
            return state.line.count <= Self.windowLimit
        }
        if isAllowed { advance() }
        return isAllowed
    }

    /// Takes the news that the worker sends no more messages; it follows those that are still here.
    func close() {
        state.withLock { $0.line.append(.closed) }
        advance()
    }

    /// Takes the outcome; it follows the messages that are still here.
    func end(_ outcome: Outcome) {
        state.withLock { $0.line.append(.outcome(outcome)) }
        advance()
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
                let error = call.emit(message, from: source, wait: .notify { self.goOn() })
                // Its turn comes again with `goOn`, which may be running by now.
                if error?.code == .overloaded { return }
                pass()
                credit()
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
    private func pass() {
        state.withLock { state in
            state.line.removeFirst()
            state.isBusy = false
        }
    }

    private func goOn() {
        state.withLock { $0.isBusy = false }
        advance()
    }
}
