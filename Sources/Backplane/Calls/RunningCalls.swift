// SPDX-License-Identifier: Apache-2.0

import Synchronization

/// The calls of an instance that a task runs, found by the host's address for its `cancel`.
///
/// A registered call is retained, so its address is not given to another one.
final class RunningCalls: Sendable {
    private let calls = Mutex<[CallPointer: RunningCall]>([:])

    /// Makes their table's type known.
    static func warmUp() {
        _ = [CallPointer: RunningCall](minimumCapacity: 1)
    }

    func add(_ call: RunningCall) {
        calls.withLock { $0[call.pointer] = call }
    }

    func remove(_ call: RunningCall) {
        calls.withLock { _ = $0.removeValue(forKey: call.pointer) }
    }

    /// Cancels the call if it is there: one that has ended is not.
    func cancel(_ pointer: CallPointer) {
        // Outside of the lock: a cancellation handler may do anything.
        calls.withLock { $0[pointer] }?.cancel()
    }
}
