// SPDX-License-Identifier: Apache-2.0

internal import Synchronization

/// The events that one reader has not read yet.
final class UnreadEvents: Sendable {
    /// Events that may wait: with more, the scheduler waits too.
    static let limit = 1024

    private struct State {
        var unread = 0
        var isOver = false
        var waiting: [CheckedContinuation<Void, Never>] = []
    }

    private let line = WaitingLine<SchedulerEvent>()
    private let state = Mutex(State())

    func add(_ event: SchedulerEvent) async {
        let hasRoom: Bool? = state.withLock { state in
            guard !state.isOver else { return nil }
            state.unread += 1
            return state.unread <= Self.limit
        }
        guard let hasRoom else { return }
        line.append(event)
        if case .finished = event {
            line.finish()
            leave()
        }
        if !hasRoom { await room() }
    }

    private func room() async {
        await withCheckedContinuation { continuation in
            let isWaiting = state.withLock { state in
                guard !state.isOver, state.unread > Self.limit else { return false }
                state.waiting.append(continuation)
                return true
            }
            if !isWaiting { continuation.resume() }
        }
    }

    func next() async -> SchedulerEvent? {
        guard let event = await line.next() else {
            leave()
            return nil
        }
        let waiting = state.withLock { state in
            state.unread -= 1
            defer { if state.unread <= Self.limit { state.waiting = [] } }
            return state.unread <= Self.limit ? state.waiting : []
        }
        for waiting in waiting { waiting.resume() }
        return event
    }

    /// Nobody reads any more: nobody waits for that.
    func leave() {
        let waiting = state.withLock { state in
            state.isOver = true
            defer { state.waiting = [] }
            return state.waiting
        }
        for waiting in waiting { waiting.resume() }
    }
}
