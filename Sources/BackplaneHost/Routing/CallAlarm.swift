// SPDX-License-Identifier: Apache-2.0

internal import BackplaneTransport
internal import Synchronization

/// Ends a call at its deadline, and lets go of it once it has settled.
///
/// What is watched is remembered until its time; a call's arguments, which may lie in the memory of a
/// worker, are not to wait for that. One whose caller is served may still hold up a thread: its
/// deadline is for that, too.
final class CallAlarm: Expirable {
    let deadline: Instant
    let retainedBytes: Int
    private let call: Mutex<Call?>

    init(_ call: Call) {
        deadline = call.deadline
        retainedBytes = call.arguments.count
        self.call = Mutex(call)
    }

    var isOver: Bool { call.withLock { $0 == nil } }

    func expire() {
        call.withLock { $0 }?.expire()
    }

    /// Lets go of the call.
    func clear() {
        // Not under the lock: it may be the last reference.
        let last = call.withLock { call in
            defer { call = nil }
            return call
        }
        withExtendedLifetime(last) {}
    }
}
