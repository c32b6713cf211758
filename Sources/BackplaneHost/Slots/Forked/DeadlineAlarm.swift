// SPDX-License-Identifier: Apache-2.0

internal import BackplaneTransport
internal import Synchronization

/// Ends the calls of a worker at their deadlines.
///
/// One for the first deadline of all its calls: most calls end long before theirs, and the next one's
/// is mostly later, so that hardly a call has to be watched by itself.
final class DeadlineAlarm: Expirable {
    /// The worker, from when it is listened to until it has ended: alarms outlive it.
    final class Target: Sendable {
        private let worker = Mutex<ForkedWorker?>(nil)

        func set(_ worker: ForkedWorker?) { self.worker.withLock { $0 = worker } }

        func get() -> ForkedWorker? { worker.withLock { $0 } }
    }

    let deadline: Instant
    private let target: Target

    fileprivate init(at deadline: Instant, of target: Target) {
        self.deadline = deadline
        self.target = target
    }

    /// Whether an earlier one has taken its place, or the worker is gone.
    var isOver: Bool { target.get()?.isAwaiting(deadline) != true }

    func expire() {
        target.get()?.endCallsThatAreDue()
    }
}

extension ForkedWorker {
    /// Looks after its calls at this time.
    func watchDeadlines(from deadline: Instant) {
        environment.deadlines.watch(DeadlineAlarm(at: deadline, of: alarms))
    }

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
                calls.lazy.map(\.deadline).filter { $0 > now }.min() ?? .never
            return (calls.filter { $0.deadline <= now }, state.alarm)
        }
        if next != .never { watchDeadlines(from: next) }
        for call in due where !call.call.has(.settled) { call.call.expire() }
    }
}
