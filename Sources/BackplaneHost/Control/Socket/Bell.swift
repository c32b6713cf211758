// SPDX-License-Identifier: Apache-2.0

internal import CLinux
internal import Glibc

/// Wakes a thread that waits in `poll`.
final class Bell: Sendable {
    /// What to poll for reading.
    let descriptor: Int32

    init() throws(ControlError) {
        descriptor = clinux_eventfd()
        guard descriptor >= 0 else { throw .system("eventfd", "of a control socket") }
    }

    deinit {
        close(descriptor)
    }

    /// Wakes the thread, or keeps it from falling asleep next time.
    func ring() {
        var one: UInt64 = 1
        // A counter that is full wakes it as well.
        _ = unsafe write(descriptor, &one, 8)
    }

    /// Takes the calls back, before looking at what they were for.
    func silence() {
        var count: UInt64 = 0
        _ = unsafe read(descriptor, &count, 8)
    }
}
