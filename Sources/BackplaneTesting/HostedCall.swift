// SPDX-License-Identifier: Apache-2.0

import Backplane
import CBackplane
import Synchronization

/// A call as the harness's host sees it, from its making to its outcome.
final class HostedCall: Sendable {
    /// Calls `ready` of a sender that waits for room.
    typealias Ready = @Sendable () -> Void

    private struct State {
        var ended = false
        var cancelled = false
        var closed = false
        var waiting = 0
        var ready: [Ready] = []
        var gates: [Gate] = []
        var timer: Task<Void, Never>?
        /// Requests that its caller may still answer.
        var asked: [Reply] = []

        /// What wakes everybody who waits for room or for the end.
        mutating func takeWaiters() -> @Sendable () -> Void {
            let (ready, gates) = (ready, gates)
            self.ready = []
            self.gates = []
            return {
                for ready in ready { ready() }
                for gate in gates { gate.open() }
            }
        }
    }

    let reply = Reply()
    let messages = MessageQueue()
    let depth: Int
    /// Nanoseconds of the monotonic clock; `UInt64.max` for none.
    let deadline: UInt64
    /// How many messages may wait for a consumer.
    let room: Int
    /// Who answers the call's requests, if its caller does.
    let answerer: HarnessHost.Answerer?
    /// Takes each message, instead of the queue.
    let onMessage: (@Sendable (Message) -> Void)?
    /// Told when the messages are closed before the call's end.
    let onClosed: (@Sendable () -> Void)?

    let parent: HostedCall?
    let host: HarnessHost
    /// Messages are delivered one at a time.
    private let delivery = Mutex(())
    private let state = Mutex(State())

    init(
        host: HarnessHost, parent: HostedCall? = nil, timeout: Duration? = nil, room: Int = .max,
        answerer: HarnessHost.Answerer? = nil, onMessage: (@Sendable (Message) -> Void)? = nil,
        onClosed: (@Sendable () -> Void)? = nil
    ) {
        self.host = host
        self.parent = parent
        depth = parent.map { $0.depth + 1 } ?? 0
        self.room = room
        self.answerer = answerer
        self.onMessage = onMessage
        self.onClosed = onClosed
        guard let timeout else {
            deadline = .max
            return
        }
        deadline = MonotonicTime.now + Duration.timeout(timeout)
        // Its owner is the call: its end cancels it.
        let timer = Task.detached { [weak self] in
            guard (try? await Task.sleep(for: timeout)) != nil else { return }
            self?.expire()
        }
        state.withLock { $0.timer = timer }
    }

    /// Whether its outcome is no longer wanted, or was given.
    var isCancelled: Bool { state.withLock { $0.cancelled || $0.ended } }

    /// Takes the outcome.
    ///
    /// The first one counts; says whether it was.
    @discardableResult
    func end(_ answer: Answer) -> Bool {
        let (isFirst, wake, timer) = state.withLock { state in
            defer { state.ended = true }
            return (!state.ended, state.takeWaiters(), state.timer.take())
        }
        timer?.cancel()
        wake()
        guard isFirst else { return false }
        messages.finish()
        reply.give(answer)
        return true
    }

    /// Says that the outcome is no longer wanted.
    func cancel() {
        let (isNews, wake) = state.withLock { state in
            defer { state.cancelled = true }
            return (!state.cancelled && !state.ended, state.takeWaiters())
        }
        wake()
        if isNews { host.tellCancelled(self) }
    }

    private func expire() {
        guard end(.error(BackplaneError(.deadlineExceeded, "the call's time was up"))) else {
            return
        }
        host.tellCancelled(self)
    }

    /// Takes the news that neither messages nor requests follow.
    func close() {
        let (isNews, wake, asked) = state.withLock { state in
            defer {
                state.closed = true
                state.asked = []
            }
            return (!state.closed && !state.ended, state.takeWaiters(), state.asked)
        }
        wake()
        for reply in asked { reply.give(.error(.streamClosed)) }
        guard isNews else { return }
        messages.finish()
        onClosed?()
    }

    /// Notes a request that its caller is asked; refuses it when they are closed.
    func asks(_ reply: Reply) {
        let isClosed = state.withLock { state in
            if !state.closed { state.asked.append(reply) }
            return state.closed
        }
        if isClosed { reply.give(.error(.streamClosed)) }
    }

    /// Takes a message, waiting for room the way that the sender wants.
    func emit(_ message: Message, mayWait: Bool, ready: Ready?) -> UInt32 {
        while true {
            let gate = Gate()
            let code: UInt32? = state.withLock { state in
                if state.ended { return UInt32(BACKPLANE_UNAVAILABLE) }
                if state.cancelled { return UInt32(BACKPLANE_CANCELLED) }
                if state.closed { return UInt32(BACKPLANE_UNAVAILABLE) }
                if state.waiting < room {
                    state.waiting += 1
                    return 0
                }
                if let ready {
                    state.ready.append(ready)
                } else if mayWait {
                    state.gates.append(gate)
                    return nil
                }
                return UInt32(BACKPLANE_OVERLOADED)
            }
            switch code {
            case nil: gate.wait()
            case 0:
                deliver(message)
                return 0
            case let code?: return code
            }
        }
    }

    private func deliver(_ message: Message) {
        delivery.withLock { _ in
            host.record(message)
            if let onMessage { onMessage(message) } else { _ = messages.add(message) }
        }
    }

    /// Makes room for messages: as many were consumed.
    func consumed(_ count: Int) {
        state.withLock { state in
            state.waiting -= min(count, state.waiting)
            return state.takeWaiters()
        }()
    }
}

extension BackplaneError {
    fileprivate static var streamClosed: BackplaneError {
        BackplaneError(.unavailable, "the call has closed its messages and requests")
    }
}
