// SPDX-License-Identifier: Apache-2.0

internal import BackplaneTransport

/// What a thread has in its own memory for a call that it blocks for: good until the call has ended for it,
/// and not a moment longer.
@safe
struct BlockedCaller: Sendable {
    // SAFETY: read before that end only.
    nonisolated(unsafe) let arguments: UnsafeRawBufferPointer
    /// For the call's value, if there is room for it.
    // SAFETY: written before that end, by who ends the call, and read by that thread after it.
    nonisolated(unsafe) let room: UnsafeMutableRawBufferPointer

    init(arguments: UnsafeRawBufferPointer, room: UnsafeMutableRawBufferPointer) {
        unsafe self.arguments = arguments
        unsafe self.room = room
    }

    /// The room, if a frame's payload fits into it.
    func room(for frame: borrowing IncomingFrame) -> UnsafeMutableRawBufferPointer? {
        guard frame.isInline, frame.payloadCount > 0, unsafe frame.payloadCount <= room.count
        else { return nil }
        return unsafe room
    }
}
