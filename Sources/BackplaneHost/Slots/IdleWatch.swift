// SPDX-License-Identifier: Apache-2.0

internal import BackplaneTransport
internal import Synchronization

/// Waits for the moment in which a slot has nothing to do.
final class IdleWatch: Sendable {
    /// What is done in that moment.
    enum Purpose: Sendable {
        /// Nothing: it is only waited for.
        case notice
        /// The slot is closed, in the same breath.
        case seal
    }

    private struct Waiting {
        let purpose: Purpose
        let promise: Promise<Bool>
    }

    private let waiting = Mutex<Waiting?>(nil)
    /// Whether anybody waits, for who has no time for the lock: set before the slot's state is looked
    /// at under its lock, so that who changes that afterwards, and then looks here, sees it.
    private let isAwaited = Atomic(false)

    /// Waits until `test` holds, which is asked now and at each `note`, or until `time` has passed.
    ///
    /// - Returns: Whether it held in time.
    func wait(
        _ purpose: Purpose, within time: Duration, in deadlines: DeadlineQueue,
        test: (Purpose) -> Bool
    ) async -> Bool {
        let promise = Promise(by: Instant.now.advanced(by: time), else: false, in: deadlines)
        waiting.withLock { $0 = Waiting(purpose: purpose, promise: promise) }
        isAwaited.store(true, ordering: .releasing)
        note(test)
        let isIdle = await withTaskCancellationHandler {
            await promise.value
        } onCancel: {
            // A drain that is given up is not waited for; one that stops a slot is never cancelled.
            if purpose == .seal { promise.keep(false) }
        }
        waiting.withLock { waiting in
            guard waiting == nil || waiting?.promise === promise else { return }
            waiting = nil
            isAwaited.store(false, ordering: .relaxed)
        }
        return isIdle
    }

    /// Asks whether the moment has come.
    ///
    /// - Parameter test: Takes and gives back the slot's lock.
    func note(_ test: (Purpose) -> Bool) {
        guard isAwaited.load(ordering: .acquiring) else { return }
        // Within the lock: who has stopped waiting must not find the slot closed afterwards.
        let promise: Promise<Bool>? = waiting.withLock { waiting in
            guard let current = waiting, !current.promise.isOver, test(current.purpose) else {
                return nil
            }
            waiting = nil
            return current.promise
        }
        promise?.keep(true)
    }
}
