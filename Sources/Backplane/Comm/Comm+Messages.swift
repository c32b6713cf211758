// SPDX-License-Identifier: Apache-2.0

import BackplanePayload
import CBackplane
import Synchronization

extension Comm {
    /// Sends a message of the running call, or of the service outside of one.
    ///
    /// Messages arrive in the order in which they are sent. Where there is no room, it blocks the
    /// thread until there is, within the call's deadline.
    ///
    /// - Throws: `deadline-exceeded`, `cancelled`; `unavailable` when the call has ended or was closed;
    ///   `invalid-argument` when the value cannot be encoded.
    public func send<T: Encodable>(_ value: T) throws(BackplaneError) {
        let payload = try Wire.encodeBytes(value, what: "message")
        let code = instance.host.emit(try sender, payload)
        if let code { throw notSent(code) }
    }

    /// Sends a message of the running call, or of the service outside of one.
    ///
    /// Where there is no room, it suspends until there is.
    ///
    /// - Throws: As the synchronous form.
    public func send<T: Encodable & Sendable>(_ value: T) async throws(BackplaneError) {
        let payload = try Wire.encodeBytes(value, what: "message")
        while true {
            let room = Room()
            let context = unsafe Unmanaged.passRetained(room)
            let code = unsafe instance.host.emit(
                try sender, payload, flags: 0, ready: Room.callback, context: context.toOpaque())
            if code != .overloaded { unsafe context.release() }
            guard let code else { return }
            guard code == .overloaded else { throw notSent(code) }
            guard await room.comes() else { throw notSent(.cancelled) }
        }
    }

    /// Sends a message if there is room for it now.
    ///
    /// Never waits.
    ///
    /// - Returns: Whether it went: not when there is no room, nor when the call was closed.
    /// - Throws: As ``send(_:)``, but for these.
    @discardableResult
    public func trySend<T: Encodable>(_ value: T) throws(BackplaneError) -> Bool {
        let payload = try Wire.encodeBytes(value, what: "message")
        let speaker = try speaker
        guard !isClosed else { return false }
        let code = instance.host.emit(speaker, payload, flags: UInt32(BACKPLANE_EMIT_NO_WAIT))
        guard let code else { return true }
        guard code == .overloaded || isClosed else { throw notSent(code) }
        return false
    }

    @inline(never)
    private func notSent(_ code: BackplaneError.Code) -> BackplaneError {
        isClosed ? .closed : BackplaneError(code, "the message was not sent: \(code)")
    }
}

/// Waits for the host's word that a full stream has room again.
private final class Room: Sendable {
    @safe
    private enum State {
        case full
        // SAFETY: taken out of the state before it is resumed, so that happens once.
        case awaited(UnsafeContinuation<Bool, Never>)
        case over
    }

    private let state = Mutex(State.full)

    /// Whether there is room to try again: no, when the task was cancelled instead.
    func comes() async -> Bool {
        await withTaskCancellationHandler {
            await wait()
        } onCancel: {
            end(hasRoom: false)
        } && !Task.isCancelled
    }

    private func wait() async -> Bool {
        await unsafe withUnsafeContinuation { continuation in
            let isOver = state.withLock { state in
                if case .over = state { return true }
                state = unsafe .awaited(continuation)
                return false
            }
            if isOver { unsafe continuation.resume(returning: true) }
        }
    }

    private func end(hasRoom: Bool) {
        let before = state.withLock { state in
            defer { state = .over }
            return state
        }
        if case .awaited(let waiter) = before { unsafe waiter.resume(returning: hasRoom) }
    }

    static let callback: backplane_ready = { context in
        guard let context = unsafe context else { return }
        // SAFETY: the host calls this once for each time that it said `overloaded`.
        unsafe Unmanaged<Room>.fromOpaque(context).takeRetainedValue().end(hasRoom: true)
    }
}
