// SPDX-License-Identifier: Apache-2.0

internal import BackplaneTransport
internal import CBackplane
internal import Glibc

/// The host table that plugins get, made of C functions: nonisolated, so that any thread may come.
extension WorkerRuntime {
    /// A table for this runtime; both live as long as the process.
    func hostTable() -> UnsafeRawPointer? {
        let context = unsafe Unmanaged.passRetained(self).toOpaque()
        return unsafe backplane_host_make(
            context,
            { unsafe WorkerRuntime.of($0).calls.find($1)?.retain() },
            { unsafe WorkerRuntime.of($0).calls.release(CallTable.number(of: $1)) },
            { context, call, outcome in
                unsafe WorkerRuntime.with(context) {
                    unsafe $0.complete(
                        CallTable.number(of: call), reading: UnsafeRawPointer(outcome))
                }
            },
            { unsafe WorkerRuntime.of($0).calls.find($1)?.isWanted == true ? 0 : 1 },
            { context, call, payload, size, flags, ready, readyContext in
                let waiter = unsafe ready.map {
                    unsafe RunningCall.Waiter(ready: $0, context: readyContext)
                }
                return unsafe WorkerRuntime.of(context).emit(
                    call, payload, size, flags: flags, waiter: waiter)
            },
            { context, call, payload, size, timeout, reply, replyContext in
                guard let reply = unsafe reply else { return }
                let runtime = unsafe WorkerRuntime.of(context)
                unsafe runtime.request(
                    call, Payload(reading: payload, size, in: runtime.memory), timeout: timeout,
                    PendingReplies.Entry(
                        reply: reply, message: nil, question: nil, context: replyContext,
                        memory: runtime.memory))
            },
            { context, request in
                guard let request = unsafe request.map({ unsafe UnsafeRawPointer($0) }),
                    let reply = unsafe backplane_request_reply(request)
                else { return 0 }
                let runtime = unsafe WorkerRuntime.of(context)
                return unsafe runtime.call(
                    request,
                    PendingReplies.Entry(
                        reply: reply, message: backplane_request_message(request),
                        question: backplane_request_question(request),
                        context: backplane_request_reply_context(request),
                        memory: runtime.memory))
            },
            { unsafe WorkerRuntime.of($0).send(Frame(.cancelCall, number: $1)) },
            {
                unsafe WorkerRuntime.of($0).send(
                    Frame(.acknowledge, number: $1, argument: UInt64($2)))
            },
            { context, question, outcome in
                let runtime = unsafe WorkerRuntime.of(context)
                unsafe runtime.send(
                    Frame(
                        .respond, number: question,
                        outcome: FrameOutcome(
                            reading: UnsafeRawPointer(outcome), in: runtime.memory)))
            },
            { context, record in
                guard let record = unsafe record.map({ unsafe UnsafeRawPointer($0) }) else {
                    return
                }
                let runtime = unsafe WorkerRuntime.of(context)
                unsafe runtime.log(
                    level: backplane_log_record_level(record),
                    message: String(
                        reading: backplane_log_record_message(record),
                        backplane_log_record_message_size(record)),
                    metadata: Payload(
                        reading: backplane_log_record_metadata(record),
                        backplane_log_record_metadata_size(record), in: runtime.memory))
            },
            { context, job, jobContext in
                guard let job = unsafe job else { return }
                let work = unsafe Job(function: job, context: jobContext)
                unsafe WorkerRuntime.of(context).jobs.run { work.run() }
            },
            { context, outcome in
                let runtime = unsafe WorkerRuntime.of(context)
                unsafe runtime.send(
                    Frame(
                        .failed,
                        outcome: FrameOutcome(
                            reading: UnsafeRawPointer(outcome), in: runtime.memory)))
            },
            { context, name in
                guard let name = unsafe name else { return nil }
                if unsafe strcmp(name, BACKPLANE_FUNCTIONS_EXTENSION) == 0 {
                    return unsafe WorkerRuntime.functions
                }
                if unsafe strcmp(name, BACKPLANE_BUFFERS_EXTENSION) == 0 {
                    return unsafe WorkerRuntime.buffers
                }
                let isStream = unsafe strcmp(name, BACKPLANE_STREAM_EXTENSION) == 0
                return unsafe isStream ? WorkerRuntime.stream : nil
            })
    }

    @safe
    private struct Job: @unchecked Sendable {
        // SAFETY: handed over by the plugin to be run once, on another thread.
        let function: @convention(c) (UnsafeMutableRawPointer?) -> Void
        let context: UnsafeMutableRawPointer?

        func run() { unsafe function(context) }
    }

    /// The host's half of "backplane.functions/1": nothing can be called directly from here.
    // SAFETY: immortal and never changed.
    private nonisolated(unsafe) static let functions = unsafe backplane_host_functions_make(
        { context, name, size, number, _, _, _ in
            unsafe WorkerRuntime.of(context).provide(
                String(reading: name, size), number: number)
        },
        { _, _, _ in nil })

    /// "backplane.stream/1".
    // SAFETY: immortal and never changed.
    private nonisolated(unsafe) static let stream = unsafe backplane_host_stream_make {
        unsafe WorkerRuntime.of($0).close($1)
        return UInt32(BACKPLANE_OK)
    }

    static func of(_ context: UnsafeMutableRawPointer?) -> WorkerRuntime {
        // SAFETY: the context is what `hostTable` put into the table, and it lives for ever.
        unsafe Unmanaged<WorkerRuntime>.fromOpaque(context.unsafelyUnwrapped)
            .takeUnretainedValue()
    }

    /// As `of`, uncounted: for what each call does.
    static func with(_ context: UnsafeMutableRawPointer?, _ body: (WorkerRuntime) -> Void) {
        // SAFETY: as above.
        unsafe Unmanaged<WorkerRuntime>.fromOpaque(context.unsafelyUnwrapped)
            ._withUnsafeGuaranteedRef(body)
    }
}
