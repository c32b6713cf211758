// SPDX-License-Identifier: Apache-2.0

internal import BackplaneTransport
internal import DequeModule
internal import Synchronization

/// Calls a service's `messages-to` with each message that no caller takes, one at a time, so that
/// they arrive in the order in which the instance sent them.
final class MessageForwarder: Sendable {
    /// Messages of no call that may wait; those of calls have the limits of their calls.
    private static let limit = 1024

    private struct Message {
        let payload: Payload
        let depth: Int
        let done: @Sendable () -> Void
    }

    private struct State {
        var waiting = Deque<Message>()
        var isBusy = false
        var senders: [@Sendable () -> Void] = []
    }

    private let identifier: String
    /// Asked for each message: the configuration may change while the instance runs.
    private let messagesTo: @Sendable () -> String?
    private let monitor = Monitor(State())

    /// - Parameter messagesTo: The method's `service.method`; `nil` drops and counts messages.
    init(identifier: String, messagesTo: @escaping @Sendable () -> String?) {
        self.identifier = identifier
        self.messagesTo = messagesTo
    }

    /// Takes a message; calls `done` once it is dealt with.
    func forward(
        _ payload: Payload, depth: Int, by router: Router, done: @escaping @Sendable () -> Void
    ) {
        guard let target = messagesTo().map({ CallTarget($0) }) else {
            router.environment.droppedMessages.increment()
            return done()
        }
        let message = Message(payload: payload, depth: depth, done: done)
        let isFirst = monitor.withLock { state in
            guard !state.isBusy else {
                state.waiting.append(message)
                return false
            }
            state.isBusy = true
            return true
        }
        if isFirst { send(message, to: target, by: router) }
    }

    /// Takes a message of no call, if there is room.
    func emit(_ payload: Payload, by router: Router, wait: EmitWait) -> CallError? {
        let limit = Instant.now.advanced(by: .seconds(30))
        let refusal: CallError? = monitor.wait { state in
            guard state.waiting.count >= Self.limit else { return .done(nil) }
            switch wait {
            case .never: return .done(full)
            case .notify(let ready):
                state.senders.append(ready)
                return .done(full)
            case .block: return limit.hasPassed ? .done(full) : .wait(until: limit)
            }
        }
        if let refusal { return refusal }
        forward(payload, depth: 0, by: router) {}
        return nil
    }

    private var full: CallError {
        CallError(.overloaded, "\(Self.limit) messages of \(identifier) wait to be consumed")
    }

    /// Sends one message after the other until there is none, or until one takes its time: then its
    /// end goes on from here.
    ///
    /// A loop, because refused calls end at once and would nest.
    private func send(_ first: Message, to target: CallTarget, by router: Router) {
        var current: Message? = first
        while let message = current {
            let delivery = Delivery { outcome in
                message.done()
                if outcome.error != nil { router.environment.droppedMessages.increment() }
            } goOn: {
                guard let next = self.next() else { return }
                self.send(next, to: target, by: router)
            }
            router.submit(
                CallRequest(
                    target: target, arguments: .arguments([.text(identifier), message.payload]),
                    depth: message.depth),
                observer: delivery)
            current = delivery.isOver() ? next() : nil
        }
    }

    private func next() -> Message? {
        let (next, senders) = monitor.withLock { state in
            let next = state.waiting.popFirst()
            if next == nil { state.isBusy = false }
            defer { state.senders = [] }
            return (next, state.senders)
        }
        monitor.notify()
        for ready in senders { ready() }
        return next
    }

    /// Waits for the end of one delivery, on the thread that submitted it or on a later one.
    private final class Delivery: CallObserver {
        private enum Meeting: UInt8, AtomicRepresentable { case neither, ended, left }

        private let done: @Sendable (Outcome) -> Void
        private let goOn: @Sendable () -> Void
        private let meeting = Atomic<Meeting>(.neither)

        init(done: @escaping @Sendable (Outcome) -> Void, goOn: @escaping @Sendable () -> Void) {
            self.done = done
            self.goOn = goOn
        }

        /// Whether it ended before its submitter asked; otherwise its end goes on.
        func isOver() -> Bool {
            meeting.exchange(.left, ordering: .acquiringAndReleasing) == .ended
        }

        func finished(_ call: Call, with outcome: Outcome) {
            done(outcome)
            if meeting.exchange(.ended, ordering: .acquiringAndReleasing) == .left { goOn() }
        }
    }
}
