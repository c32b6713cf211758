// SPDX-License-Identifier: Apache-2.0

internal import BackplaneTransport
internal import CBackplane
internal import Synchronization

/// What the plugin asks of its host: the functions of the host table, any thread.
extension WorkerRuntime {
    /// Records that may wait unsent before further ones are dropped: a log never costs memory
    /// without end.
    private static let queuedLogs = 1 << 20

    func emit(
        _ handle: OpaquePointer?, _ payload: UnsafePointer<UInt8>?, _ size: UInt64, flags: UInt32,
        waiter: RunningCall.Waiter?
    ) -> UInt32 {
        guard size <= PayloadLimit.bytes else { return UInt32(BACKPLANE_TOO_LARGE) }
        let bytes = unsafe UnsafeRawBufferPointer(
            start: payload, count: unsafe payload == nil ? 0 : Int(size))
        let number = unsafe CallTable.number(of: handle)
        guard let call = number == 0 ? service : calls.find(number) else {
            return UInt32(BACKPLANE_CANCELLED)
        }
        var code = call.reserve(bytes.count, waiter: waiter)
        if code == nil {
            let mayWait =
                waiter == nil && flags & UInt32(BACKPLANE_EMIT_NO_WAIT) == 0
            guard mayWait else { return UInt32(BACKPLANE_OVERLOADED) }
            code = room.wait(until: call.deadline) { _ in call.reserve(bytes.count) }
        }
        guard let code else { return UInt32(BACKPLANE_DEADLINE_EXCEEDED) }
        guard code == 0 else { return code }
        let isSent =
            unsafe channel.sendInline(.message, number: number, bytes)
            || send(
                Frame(.message, number: number, payload: unsafe memory.take(payload, Int(size))))
        return isSent ? UInt32(BACKPLANE_OK) : UInt32(BACKPLANE_UNAVAILABLE)
    }

    /// Closes a call's messages and requests, which its caller is told after those before.
    func close(_ handle: OpaquePointer?) {
        guard let call = unsafe calls.find(handle), call.close() else { return }
        send(Frame(.closed, number: call.number))
        wake(call)
    }

    func request(
        _ handle: OpaquePointer?, _ payload: Payload?, timeout: UInt64,
        _ entry: PendingReplies.Entry
    ) {
        guard let payload else {
            return entry.reply(.error(BACKPLANE_TOO_LARGE, "the request is over the limit"))
        }
        let parent = unsafe CallTable.number(of: handle)
        guard isOpen(parent) else { return entry.reply(.hasEnded) }
        guard calls.find(parent)?.isClosed != true else { return entry.reply(.hasClosed) }
        var fields = FieldWriter()
        fields.append(timeout)
        let number = replies.insert(entry)
        let isSent = send(
            Frame(
                .request, number: parent, argument: number, fields: fields.bytes, payload: payload))
        if !isSent { replies.take(number)?.reply(.hostGone) }
    }

    func call(_ request: UnsafeRawPointer, _ entry: PendingReplies.Entry) -> UInt64 {
        let payload = unsafe Payload(
            reading: backplane_request_payload(request), backplane_request_payload_size(request),
            in: memory)
        guard let payload else {
            entry.reply(.error(BACKPLANE_TOO_LARGE, "the arguments are over the limit"))
            return 0
        }
        let parent = unsafe CallTable.number(of: backplane_request_parent(request))
        guard isOpen(parent) else {
            entry.reply(.hasEnded)
            return 0
        }
        var flags = unsafe backplane_request_flags(request)
        // What has no taker is not asked for.
        if unsafe entry.message == nil { flags &= ~UInt32(BACKPLANE_REQUEST_MESSAGES) }
        if unsafe entry.question == nil { flags &= ~UInt32(BACKPLANE_REQUEST_REQUESTS) }
        var fields = FieldWriter()
        unsafe fields.append(
            String(
                reading: backplane_request_target(request), backplane_request_target_size(request)))
        unsafe fields.append(backplane_request_timeout(request))
        let number = replies.insert(entry)
        let isSent = send(
            Frame(
                .call, number: number, argument: parent, code: flags, fields: fields.bytes,
                payload: payload))
        if !isSent { replies.take(number)?.reply(.hostGone) }
        return number
    }

    func log(level: UInt32, message: String, metadata: Payload?) {
        guard channel.queuedBytes < Self.queuedLogs else { return }
        var fields = FieldWriter()
        fields.append(message)
        send(Frame(.log, code: level, fields: fields.bytes, payload: metadata ?? .empty))
    }

    func provide(_ name: String, number: UInt32) -> UInt32 {
        let isNew = providedNames.withLock { $0.insert(name).inserted }
        guard isNew, !name.isEmpty, number & BACKPLANE_PROVIDED_FUNCTION == 0 else {
            return UInt32(BACKPLANE_INVALID_ARGUMENT)
        }
        var fields = FieldWriter()
        fields.append(name)
        send(Frame(.provide, code: number, fields: fields.bytes))
        return UInt32(BACKPLANE_OK)
    }

    /// Whether something may still be done in the name of a call; 0 is the service itself.
    private func isOpen(_ number: UInt64) -> Bool {
        number == 0 || calls.find(number)?.hasEnded == false
    }
}

extension FrameOutcome {
    fileprivate static let hasEnded = error(
        BACKPLANE_CANCELLED, "the call that this is made for has ended")
    fileprivate static let hasClosed = error(
        BACKPLANE_UNAVAILABLE, "the call has closed its messages and requests")
    fileprivate static let hostGone = error(BACKPLANE_UNAVAILABLE, "the host is gone")
}
