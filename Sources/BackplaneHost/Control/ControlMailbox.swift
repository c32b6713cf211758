// SPDX-License-Identifier: Apache-2.0

internal import Synchronization

/// Where the calls of a connection leave their news for the connection's thread.
///
/// Bounded by what runs: a call has one outcome, and a limited number of messages that nobody has
/// acknowledged yet.
final class ControlMailbox: Sendable {
    private struct State {
        var events: [ControlEvent] = []
        var isClosed = false
    }

    private let state = Mutex(State())
    private let bell: Bell

    init(bell: Bell) {
        self.bell = bell
    }

    /// Leaves an event.
    ///
    /// Never blocks.
    func post(_ event: ControlEvent) {
        let (isFirst, isClosed) = state.withLock { state in
            if state.isClosed { return (false, true) }
            state.events.append(event)
            return (state.events.count == 1, false)
        }
        if isFirst { bell.ring() }
        if isClosed { discard(event) }
    }

    /// Takes all events, in order.
    func take() -> [ControlEvent] {
        state.withLock { state in
            defer { state.events = [] }
            return state.events
        }
    }

    /// Discards what is there and what is yet to come: the connection is gone.
    func close() {
        let events = state.withLock { state in
            state.isClosed = true
            defer { state.events = [] }
            return state.events
        }
        for event in events { discard(event) }
    }

    private func discard(_ event: ControlEvent) {
        switch event {
        case .message(_, _, _, let call): call.acknowledge(1)
        case .question(_, let question): question.respond(.error(ControlCall.callerIsGone))
        case .closed, .finished: break
        }
    }
}
