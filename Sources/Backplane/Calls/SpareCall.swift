// SPDX-License-Identifier: Apache-2.0

import Synchronization

/// A place for one call that is over, which the next one may be.
///
/// Any thread; several that come at once find it empty, and make calls of their own.
@safe
struct SpareCall: ~Copyable, Sendable {
    // SAFETY: zero, or a retained call; whoever takes it out has it alone.
    private let bits = Atomic<UInt>(0)

    /// Takes the call out, if there is one.
    func take() -> RunningCall? {
        Self.call(bits.exchange(0, ordering: .acquiring))
    }

    /// Keeps a call that nobody else has; moved, so that who takes it finds it so.
    func keep(_ call: consuming RunningCall) {
        let new = unsafe UInt(bitPattern: Unmanaged.passRetained(call).toOpaque())
        // One that came in between is let go of.
        _ = Self.call(bits.exchange(new, ordering: .acquiringAndReleasing))
    }

    private static func call(_ bits: UInt) -> RunningCall? {
        guard let pointer = unsafe UnsafeRawPointer(bitPattern: bits) else { return nil }
        return unsafe Unmanaged<RunningCall>.fromOpaque(pointer).takeRetainedValue()
    }

    deinit { _ = take() }
}
