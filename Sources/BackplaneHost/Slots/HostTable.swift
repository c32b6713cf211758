// SPDX-License-Identifier: Apache-2.0

internal import BackplanePayload
internal import BackplaneTransport
internal import CBackplane
internal import Logging

/// The functions that a plugin in this process calls: `struct backplane_host`, answered by its
/// `PluginInstance`.
///
/// Formed in nonisolated code: a closure formed on the main actor dies on any other thread.
@safe
enum HostTable {
    /// Makes the table of the instance that `context` refers to.
    ///
    /// Immortal.
    static func make(_ context: UnsafeMutableRawPointer) -> UnsafeRawPointer? {
        unsafe backplane_host_make(
            context, retain, release, complete, cancelled, emit, request, call, cancel, acknowledge,
            respond, log, execute, failed, extensionNamed)
    }

    // SAFETY: the context is a PluginInstance that is never freed.
    static func instance(_ context: UnsafeMutableRawPointer?) -> PluginInstance? {
        guard let context = unsafe context else { return nil }
        return unsafe Unmanaged<PluginInstance>.fromOpaque(context).takeUnretainedValue()
    }

    // SAFETY: the plugin holds a reference to the call while it uses it.
    static func reference(_ call: OpaquePointer?) -> Unmanaged<Call>? {
        guard let call = unsafe call else { return nil }
        return unsafe Unmanaged<Call>.fromOpaque(UnsafeRawPointer(call))
    }

    private static func payload(
        _ bytes: UnsafePointer<UInt8>?, _ count: UInt64, of instance: PluginInstance
    ) -> Payload {
        guard count > 0, unsafe bytes != nil else { return .null }
        return unsafe Payload(reading: bytes, count, in: instance.memory)
    }

    private static let retain: @convention(c) (UnsafeMutableRawPointer?, OpaquePointer?) -> Void = {
        _ = unsafe reference($1)?.retain()
    }

    private static let release: @convention(c) (UnsafeMutableRawPointer?, OpaquePointer?) -> Void =
        {
            unsafe reference($1)?.release()
        }

    private static let complete:
        @convention(c) (
            UnsafeMutableRawPointer?, OpaquePointer?, UnsafePointer<backplane_outcome>?
        ) -> Void = { context, call, outcome in
            guard let reference = unsafe reference(call) else { return }
            let call = unsafe reference.takeUnretainedValue()
            // Who completes a call twice holds it by a reference of its own, and keeps that.
            let isFirst = call.markReturned()
            defer { if isFirst { unsafe reference.release() } }
            guard let outcome = unsafe outcome else {
                return call.complete(
                    .error(.internal, "the plugin completed the call with no outcome"))
            }
            call.complete(
                unsafe Outcome(
                    reading: UnsafeRawPointer(outcome), in: instance(context)?.memory))
        }

    private static let cancelled:
        @convention(c) (UnsafeMutableRawPointer?, OpaquePointer?) -> UInt32 = { _, call in
            guard let call = unsafe reference(call)?.takeUnretainedValue() else { return 0 }
            return call.isUnwanted ? 1 : 0
        }

    private static let emit:
        @convention(c) (
            UnsafeMutableRawPointer?, OpaquePointer?, UnsafePointer<UInt8>?, UInt64, UInt32,
            backplane_ready?, UnsafeMutableRawPointer?
        ) -> UInt32 = { context, call, bytes, count, flags, ready, readyContext in
            guard let instance = unsafe instance(context) else {
                return UInt32(BACKPLANE_INTERNAL)
            }
            let message = unsafe payload(bytes, count, of: instance)
            let wait: EmitWait
            if let ready = unsafe ready {
                let notice = unsafe ReadyNotice(function: ready, context: readyContext)
                wait = .notify { notice.give() }
            } else {
                wait = flags & UInt32(BACKPLANE_EMIT_NO_WAIT) != 0 ? .never : .block
            }
            let error =
                if let call = unsafe reference(call)?.takeUnretainedValue() {
                    call.emit(message, from: instance.context, wait: wait)
                } else {
                    instance.context.emit(message, wait: wait)
                }
            return error?.code.rawValue ?? UInt32(BACKPLANE_OK)
        }

    private static let request:
        @convention(c) (
            UnsafeMutableRawPointer?, OpaquePointer?, UnsafePointer<UInt8>?, UInt64, UInt64,
            backplane_reply?, UnsafeMutableRawPointer?
        ) -> Void = { context, call, bytes, count, timeout, reply, replyContext in
            guard let instance = unsafe instance(context), let reply = unsafe reply else { return }
            let answer = unsafe ReplyFunction(
                function: reply, context: replyContext, memory: instance.memory)
            let payload = unsafe payload(bytes, count, of: instance)
            let limit = duration(timeout)
            if let call = unsafe reference(call)?.takeUnretainedValue() {
                call.ask(payload, from: instance.context, timeout: limit) { answer.give($0) }
            } else {
                instance.context.ask(payload, timeout: limit) { answer.give($0) }
            }
        }

    private static let call:
        @convention(c) (UnsafeMutableRawPointer?, UnsafePointer<backplane_request>?) -> UInt64 = {
            context, request in
            guard let instance = unsafe instance(context), let request = unsafe request else {
                return 0
            }
            let raw = unsafe UnsafeRawPointer(request)
            if let number = unsafe callPlain(raw, of: instance) { return number }
            guard let observer = unsafe NestedObserver(raw, of: instance) else { return 0 }
            let target = unsafe target(of: raw, instance).target
            let parent = unsafe reference(backplane_request_parent(raw))?.takeUnretainedValue()
            return unsafe instance.submit(
                CallRequest(
                    target: target,
                    arguments: unsafe instance.arguments(
                        backplane_request_payload(raw), backplane_request_payload_size(raw),
                        of: target),
                    timeout: duration(unsafe backplane_request_timeout(raw)), parent: parent,
                    entry: .inline),
                observer: observer,
                isBlocking: backplane_request_flags(raw) & UInt32(BACKPLANE_REQUEST_BLOCKING) != 0)
        }

    /// Carries out a call for which its thread blocks, and that nothing but the outcome is wanted of.
    ///
    /// - Returns: Its number; nothing where it has to go the way that all others go.
    private static func callPlain(
        _ request: UnsafeRawPointer, of instance: PluginInstance
    ) -> UInt64? {
        guard
            unsafe backplane_request_flags(request) == UInt32(BACKPLANE_REQUEST_BLOCKING),
            unsafe backplane_request_parent(request) == nil,
            // Larger ones go the other way, and are copied there.
            unsafe backplane_request_payload_size(request) <= Payload.copiedSize,
            unsafe backplane_request_payload_size(request) > 0,
            let payload = unsafe backplane_request_payload(request),
            let reply = unsafe backplane_request_reply(request)
        else { return nil }
        let target = unsafe target(of: request, instance)
        return unsafe withUnsafeTemporaryAllocation(byteCount: 1024, alignment: 8) { room in
            let caller = unsafe BlockedCaller(
                arguments: UnsafeRawBufferPointer(
                    start: payload, count: Int(backplane_request_payload_size(request))),
                room: room)
            guard
                let call = instance.begin(
                    target, by: caller, timeout: unsafe backplane_request_timeout(request))
            else { return nil }
            call.block()
            let context = unsafe backplane_request_reply_context(request)
            if let count = call.countInRoom {
                unsafe backplane_reply_value(
                    reply, context, room.bindMemory(to: UInt8.self).baseAddress, UInt64(count))
            } else {
                unsafe (call.outcome ?? .lost).pass(to: reply, context, in: instance.memory)
            }
            return call.number
        }
    }

    private static func target(
        of request: UnsafeRawPointer, _ instance: PluginInstance
    ) -> KnownTarget {
        unsafe instance.targets.target(
            UnsafeRawBufferPointer(
                start: backplane_request_target(request),
                count: backplane_request_target(request) == nil
                    ? 0 : Int(clamping: backplane_request_target_size(request))))
    }

    private static let cancel: @convention(c) (UnsafeMutableRawPointer?, UInt64) -> Void = {
        unsafe instance($0)?.nested($1)?.cancel()
    }

    private static let acknowledge:
        @convention(c) (UnsafeMutableRawPointer?, UInt64, UInt32) -> Void = {
            unsafe instance($0)?.nested($1)?.acknowledge(Int($2))
        }

    private static let respond:
        @convention(c) (UnsafeMutableRawPointer?, UInt64, UnsafePointer<backplane_outcome>?) -> Void =
            { context, question, outcome in
                guard let outcome = unsafe outcome, let instance = unsafe instance(context) else {
                    return
                }
                unsafe instance.close(question)?.respond(
                    Outcome(reading: UnsafeRawPointer(outcome), in: instance.memory))
            }

    private static let log:
        @convention(c) (UnsafeMutableRawPointer?, UnsafePointer<backplane_log_record>?) -> Void = {
            context, record in
            guard let instance = unsafe instance(context), let record = unsafe record else {
                return
            }
            let raw = unsafe UnsafeRawPointer(record)
            let metadata = unsafe payload(
                backplane_log_record_metadata(raw), backplane_log_record_metadata_size(raw),
                of: instance)
            instance.context.log(
                Logger.Level(backplane: unsafe backplane_log_record_level(raw)),
                unsafe String(
                    backplaneText: backplane_log_record_message(raw),
                    count: backplane_log_record_message_size(raw)),
                LogMetadata.decode(metadata))
        }

    private static let execute:
        @convention(c) (
            UnsafeMutableRawPointer?, (@convention(c) (UnsafeMutableRawPointer?) -> Void)?,
            UnsafeMutableRawPointer?
        ) -> Void = { context, job, jobContext in
            guard let job = unsafe job else { return }
            unsafe instance(context)?.run(.plugin(job, PluginJobContext(pointer: jobContext)))
        }

    private static let failed:
        @convention(c) (UnsafeMutableRawPointer?, UnsafePointer<backplane_outcome>?) -> Void = {
            context, outcome in
            guard let instance = unsafe instance(context), let outcome = unsafe outcome else {
                return
            }
            let error = unsafe Outcome(
                reading: UnsafeRawPointer(outcome), in: instance.memory
            ).error
            instance.context.failed(error ?? CallError(.failed, "the plugin gave up"))
        }

    private static let extensionNamed:
        @convention(c) (UnsafeMutableRawPointer?, UnsafePointer<CChar>?) -> UnsafeRawPointer? = {
            _, name in
            guard let name = unsafe name else { return nil }
            switch unsafe String(cString: name) {
            case BACKPLANE_FUNCTIONS_EXTENSION: return unsafe FunctionsTable.pointer
            case BACKPLANE_STREAM_EXTENSION: return unsafe stream
            case BACKPLANE_BUFFERS_EXTENSION: return unsafe BuffersTable.pointer
            default: return nil
            }
        }

    /// The extension `backplane.stream/1`.
    // SAFETY: immortal and never changed.
    private nonisolated(unsafe) static let stream = unsafe backplane_host_stream_make { _, call in
        unsafe reference(call)?.takeUnretainedValue().close()
        return UInt32(BACKPLANE_OK)
    }

    private static func duration(_ nanoseconds: UInt64) -> Duration? {
        nanoseconds == 0 ? nil : .nanoseconds(Int64(clamping: nanoseconds))
    }
}

/// The function of a plugin that waits for room, called once.
@safe
private struct ReadyNotice: Sendable {
    // SAFETY: the plugin keeps the context until the function was called.
    private nonisolated(unsafe) let function: backplane_ready
    private nonisolated(unsafe) let context: UnsafeMutableRawPointer?

    init(function: backplane_ready, context: UnsafeMutableRawPointer?) {
        unsafe self.function = function
        unsafe self.context = context
    }

    func give() { unsafe function(context) }
}

/// The function of a plugin that takes an outcome, called once.
@safe
private struct ReplyFunction: Sendable {
    // SAFETY: the plugin keeps the context until the function was called.
    private nonisolated(unsafe) let function: backplane_reply
    private nonisolated(unsafe) let context: UnsafeMutableRawPointer?
    private let memory: PluginMemory

    init(
        function: backplane_reply, context: UnsafeMutableRawPointer?, memory: PluginMemory
    ) {
        unsafe self.function = function
        unsafe self.context = context
        self.memory = memory
    }

    func give(_ outcome: Outcome) { unsafe outcome.pass(to: function, context, in: memory) }
}
