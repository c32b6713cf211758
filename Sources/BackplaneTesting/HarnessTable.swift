// SPDX-License-Identifier: Apache-2.0

import Backplane
import CBackplane
import Synchronization

/// The host's functions, as C.
///
/// Formed in code without isolation: formed on the main actor, they would trap on any other thread.
/// SAFETY, for all of them: the context is a `HarnessHost` that is never freed; calls are
/// `HostedCall`s that the plugin has references to; what is handed in is borrowed, and copied before
/// they return.
enum HarnessTable {
    /// Makes the table for a host.
    static func make(_ context: UnsafeMutableRawPointer) -> UnsafeRawPointer? {
        unsafe backplane_host_make(
            context, retain, release, complete, cancelled, emit, request, call, cancel,
            acknowledge, respond, log, execute, failed, extensionNamed)
    }

    static func host(_ context: UnsafeMutableRawPointer?) -> HarnessHost? {
        guard let context = unsafe context else { return nil }
        return unsafe Unmanaged<HarnessHost>.fromOpaque(context).takeUnretainedValue()
    }

    private static func reference(_ call: OpaquePointer?) -> Unmanaged<HostedCall>? {
        guard let call = unsafe call else { return nil }
        return unsafe Unmanaged<HostedCall>.fromOpaque(UnsafeRawPointer(call))
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
            guard let call = unsafe reference(call)?.takeRetainedValue() else { return }
            unsafe host(context)?.state.withLock { $0.running -= 1 }
            guard !call.end(unsafe Answer(copying: UnsafeRawPointer(outcome))) else { return }
            unsafe host(context)?.state.withLock { $0.lateOutcomes += 1 }
        }

    private static let cancelled:
        @convention(c) (UnsafeMutableRawPointer?, OpaquePointer?) -> UInt32 = { _, call in
            unsafe reference(call)?.takeUnretainedValue().isCancelled == true ? 1 : 0
        }

    private static let emit:
        @convention(c) (
            UnsafeMutableRawPointer?, OpaquePointer?, UnsafePointer<UInt8>?, UInt64, UInt32,
            backplane_ready?, UnsafeMutableRawPointer?
        ) -> UInt32 = { context, call, bytes, count, flags, ready, readyContext in
            guard let host = unsafe host(context) else { return UInt32(BACKPLANE_INTERNAL) }
            let message = unsafe Message(
                payload: Bytes(borrowed: bytes, count: count, keeping: nil),
                identifier: host.identifier)
            guard let call = unsafe reference(call)?.takeUnretainedValue() else {
                host.record(message)
                return 0
            }
            let callback = unsafe Callback(ready, readyContext)
            var whenReady: HostedCall.Ready?
            if let callback { whenReady = { callback.call() } }
            return call.emit(
                message, mayWait: flags & UInt32(BACKPLANE_EMIT_NO_WAIT) == 0, ready: whenReady)
        }

    private static let request:
        @convention(c) (
            UnsafeMutableRawPointer?, OpaquePointer?, UnsafePointer<UInt8>?, UInt64, UInt64,
            backplane_reply?, UnsafeMutableRawPointer?
        ) -> Void = { context, call, bytes, count, timeout, reply, replyContext in
            guard let host = unsafe host(context), let reply = unsafe reply else { return }
            let sink = unsafe ReplySink(reply, replyContext)
            let message = unsafe Message(
                payload: Bytes(borrowed: bytes, count: count, keeping: nil),
                identifier: host.identifier)
            host.ask(
                message, of: unsafe reference(call)?.takeUnretainedValue(), timeout: timeout, sink)
        }

    private static let call:
        @convention(c) (UnsafeMutableRawPointer?, UnsafePointer<backplane_request>?) -> UInt64 = {
            context, request in
            guard let host = unsafe host(context), let request = unsafe request,
                let reply = unsafe backplane_request_reply(request)
            else { return 0 }
            let parent = unsafe reference(backplane_request_parent(request))?.takeUnretainedValue()
            let target = unsafe String(
                copying: backplane_request_target(request),
                count: backplane_request_target_size(request))
            let payload = unsafe Bytes(
                borrowed: backplane_request_payload(request),
                count: backplane_request_payload_size(request), keeping: nil)
            let sink = unsafe ReplySink(
                reply, backplane_request_reply_context(request),
                message: backplane_request_message(request),
                question: backplane_request_question(request),
                flags: backplane_request_flags(request))
            return host.begin(
                target, payload, parent: parent,
                timeout: unsafe backplane_request_timeout(request), sink)
        }

    private static let cancel: @convention(c) (UnsafeMutableRawPointer?, UInt64) -> Void = {
        context, number in
        unsafe host(context)?.state.withLock { $0.nested[number] }?.cancel()
    }

    private static let acknowledge:
        @convention(c) (UnsafeMutableRawPointer?, UInt64, UInt32) -> Void = {
            context, number, count in
            unsafe host(context)?.state.withLock { $0.nested[number] }?.consumed(Int(count))
        }

    private static let respond:
        @convention(c) (
            UnsafeMutableRawPointer?, UInt64, UnsafePointer<backplane_outcome>?
        ) -> Void = { context, question, outcome in
            let reply = unsafe host(context)?.state.withLock {
                $0.questions.removeValue(forKey: question)
            }
            reply?.give(unsafe Answer(copying: UnsafeRawPointer(outcome)))
        }

    private static let log:
        @convention(c) (UnsafeMutableRawPointer?, UnsafePointer<backplane_log_record>?) -> Void = {
            context, record in
            guard let host = unsafe host(context), let record = unsafe record else { return }
            let metadata = unsafe [UInt8](
                copying: backplane_log_record_metadata(record),
                count: backplane_log_record_metadata_size(record))
            let message = unsafe String(
                copying: backplane_log_record_message(record),
                count: backplane_log_record_message_size(record))
            host.log(unsafe backplane_log_record_level(record), message, metadata)
        }

    private static let execute:
        @convention(c) (
            UnsafeMutableRawPointer?, (@convention(c) (UnsafeMutableRawPointer?) -> Void)?,
            UnsafeMutableRawPointer?
        ) -> Void = { _, job, jobContext in
            guard let callback = unsafe Callback(job, jobContext) else { return }
            HarnessThreads.shared.run { callback.call() }
        }

    private static let failed:
        @convention(c) (UnsafeMutableRawPointer?, UnsafePointer<backplane_outcome>?) -> Void = {
            context, outcome in
            guard case .error(let error) = unsafe Answer(copying: UnsafeRawPointer(outcome)) else {
                return
            }
            unsafe host(context)?.state.withLock { $0.failure = error }
        }

    private static let extensionNamed:
        @convention(c) (
            UnsafeMutableRawPointer?, UnsafePointer<CChar>?
        ) -> UnsafeRawPointer? = { _, name in
            switch unsafe String(copying: name) {
            case "backplane.functions/1": unsafe functions
            case "backplane.stream/1": unsafe stream
            default: nil
            }
        }

    // SAFETY: immortal and immutable.
    nonisolated(unsafe) private static let stream = unsafe backplane_host_stream_make { _, call in
        unsafe reference(call)?.takeUnretainedValue().close()
        return 0
    }

    // SAFETY: immortal and immutable.
    nonisolated(unsafe) private static let functions = unsafe backplane_host_functions_make(
        { context, name, count, number, kind, synchronous, asynchronous in
            guard let host = unsafe host(context) else { return UInt32(BACKPLANE_INTERNAL) }
            return unsafe host.functions.provide(
                String(copying: name, count: count), number: number, kind: kind, synchronous,
                asynchronous)
        },
        { context, name, count in
            guard let host = unsafe host(context) else { return nil }
            let cell = unsafe host.cell(String(copying: name, count: count))
            return unsafe cell?.assumingMemoryBound(to: backplane_cell.self)
        })
}
