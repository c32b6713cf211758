// SPDX-License-Identifier: Apache-2.0

internal import BackplaneTransport
internal import Synchronization

/// Ends the calls of a worker at their deadlines.
///
/// One for the first deadline of all its calls: most calls end long before theirs, and the next one's
/// is mostly later, so that hardly a call has to be watched by itself.
final class DeadlineAlarm: Expirable {
    let deadline: Instant
    private weak let worker: ForkedWorker?

    init(at deadline: Instant, of worker: ForkedWorker) {
        self.deadline = deadline
        self.worker = worker
    }

    /// Whether an earlier one has taken its place, or the worker is gone.
    var isOver: Bool { worker?.isAwaiting(deadline) != true }

    func expire() {
        worker?.endCallsThatAreDue()
    }
}

extension ForkedWorker {
    /// Whether the next look at its calls is at that time.
    fileprivate func isAwaiting(_ deadline: Instant) -> Bool {
        state.withLock { $0.alarm == deadline }
    }

    /// Ends the calls whose time has come, and looks after the others.
    fileprivate func endCallsThatAreDue() {
        let now = Instant.now
        let (due, next) = state.withLock { state in
            let calls = state.calls.values
            state.alarm =
                calls.lazy.map(\.call.deadline).filter { $0 > now }.min() ?? .never
            return (calls.filter { $0.call.deadline <= now }, state.alarm)
        }
        environment.deadlines.watch(DeadlineAlarm(at: next, of: self))
        for call in due where call.call.isWatched { call.call.expire() }
    }
}
