// SPDX-License-Identifier: Apache-2.0

import BackplanePayload
import CBackplane

/// A running call of the host, counted by it.
///
/// Opaque.
///
/// SAFETY: an address that is only handed back to the host, which may be asked from any thread.
@safe
struct CallPointer: @unchecked Sendable, Hashable {
    let raw: OpaquePointer

    init?(_ raw: OpaquePointer?) {
        guard let raw = unsafe raw else { return nil }
        unsafe self.raw = raw
    }

    static func == (left: CallPointer, right: CallPointer) -> Bool { unsafe left.raw == right.raw }

    func hash(into hasher: inout Hasher) { unsafe hasher.combine(raw) }
}

/// The functions of the host, as Swift.
///
/// SAFETY: the table lives as long as the image, and its functions may be called from any thread
/// and several at once.
@safe
struct HostTable: @unchecked Sendable {
    let raw: UnsafeRawPointer

    init(_ raw: UnsafeRawPointer) { unsafe self.raw = raw }

    func retain(_ call: CallPointer) { unsafe backplane_host_retain(raw, call.raw) }

    func release(_ call: CallPointer) { unsafe backplane_host_release(raw, call.raw) }

    func isCancelled(_ call: CallPointer) -> Bool {
        unsafe backplane_host_cancelled(raw, call.raw) != 0
    }

    func complete(_ call: CallPointer, _ payload: Bytes) {
        unsafe payload.withPointer {
            unsafe backplane_host_complete_value(raw, call.raw, $0, $1)
        }
    }

    func complete(_ call: CallPointer, _ bytes: [UInt8]) {
        unsafe bytes.withUnsafeBufferPointer {
            unsafe backplane_host_complete_value(raw, call.raw, $0.baseAddress, UInt64($0.count))
        }
    }

    func complete(_ call: CallPointer, _ error: BackplaneError) {
        var message = error.message
        var type = error.type ?? ""
        let details = encoded(error.details)
        message.withUTF8 { message in
            type.withUTF8 { type in
                unsafe details.withUnsafeBufferPointer { details in
                    unsafe backplane_host_complete_error(
                        raw, call.raw, error.code.number, characters(message),
                        UInt64(message.count), characters(type), UInt64(type.count),
                        details.baseAddress, UInt64(details.count))
                }
            }
        }
    }

    /// Sends a message; `nil` says that it went.
    func emit(
        _ call: CallPointer?, _ payload: Bytes, flags: UInt32 = 0
    ) -> BackplaneError.Code? {
        unsafe emit(call, payload, flags: flags, ready: nil, context: nil)
    }

    /// Sends a message, or has `ready` called when there is room again; `nil` says that it went.
    func emit(
        _ call: CallPointer?, _ payload: Bytes, flags: UInt32, ready: backplane_ready?,
        context: UnsafeMutableRawPointer?
    ) -> BackplaneError.Code? {
        let code = unsafe payload.withPointer {
            unsafe backplane_host_emit(raw, call?.raw, $0, $1, flags, ready, context)
        }
        return code == 0 ? nil : BackplaneError.Code(number: code)
    }

    /// Closes the messages of a call; a host that can't be told closes them with its outcome.
    func close(_ call: CallPointer) {
        guard let stream = unsafe self.extension("backplane.stream/1") else { return }
        _ = unsafe backplane_host_close(raw, stream, call.raw)
    }

    func request(
        _ call: CallPointer?, _ payload: Bytes, timeout: UInt64, reply: backplane_reply,
        context: UnsafeMutableRawPointer
    ) {
        unsafe payload.withPointer {
            unsafe backplane_host_request(raw, call?.raw, $0, $1, timeout, reply, context)
        }
    }

    func call(
        parent: CallPointer?, flags: UInt32, target: String, _ payload: Bytes, timeout: UInt64,
        reply: backplane_reply, message: backplane_message? = nil,
        question: backplane_question? = nil, context: UnsafeMutableRawPointer
    ) -> UInt64 {
        unsafe payload.withUnsafeBytes {
            unsafe call(
                parent: parent, flags: flags, target: target, $0, timeout: timeout, reply: reply,
                message: message, question: question, context: context)
        }
    }

    func call(
        parent: CallPointer?, flags: UInt32, target: String, _ payload: UnsafeRawBufferPointer,
        timeout: UInt64, reply: backplane_reply, message: backplane_message? = nil,
        question: backplane_question? = nil, context: UnsafeMutableRawPointer
    ) -> UInt64 {
        var target = target
        return target.withUTF8 { target in
            unsafe backplane_host_call(
                raw, flags, parent?.raw, characters(target), UInt64(target.count),
                payload.bindMemory(to: UInt8.self).baseAddress, UInt64(payload.count), timeout,
                reply, message, question, context)
        }
    }

    func cancel(_ number: UInt64) { unsafe backplane_host_cancel(raw, number) }

    func acknowledge(_ number: UInt64, _ count: UInt32) {
        unsafe backplane_host_acknowledge(raw, number, count)
    }

    func respond(_ question: UInt64, _ payload: Bytes) {
        unsafe payload.withPointer {
            unsafe backplane_host_respond_value(raw, question, $0, $1)
        }
    }

    func respond(_ question: UInt64, _ error: BackplaneError) {
        var message = error.message
        message.withUTF8 {
            unsafe backplane_host_respond_error(
                raw, question, error.code.number, characters($0), UInt64($0.count))
        }
    }

    func log(level: UInt32, _ message: String, metadata: [UInt8]) {
        var message = message
        message.withUTF8 { message in
            unsafe metadata.withUnsafeBufferPointer { metadata in
                unsafe backplane_host_log(
                    raw, level, characters(message), UInt64(message.count), metadata.baseAddress,
                    UInt64(metadata.count))
            }
        }
    }

    func execute(
        _ job: @convention(c) (UnsafeMutableRawPointer?) -> Void, _ context: UnsafeMutableRawPointer
    ) {
        unsafe backplane_host_execute(raw, job, context)
    }

    func failed(_ error: BackplaneError) {
        var message = error.message
        var type = error.type ?? ""
        message.withUTF8 { message in
            type.withUTF8 { type in
                unsafe backplane_host_failed(
                    raw, error.code.number, characters(message), UInt64(message.count),
                    characters(type), UInt64(type.count))
            }
        }
    }

    /// An extension of the host, or nothing.
    func `extension`(_ name: StaticString) -> UnsafeRawPointer? {
        name.withUTF8Buffer {
            unsafe backplane_host_extension(raw, characters($0))
        }
    }

    private func encoded<T: Encodable>(_ details: T?) -> [UInt8] {
        guard let details else { return [] }
        // Details that cannot be encoded are left out: the error itself matters.
        return (try? Wire.encode(details)) ?? []
    }
}

extension Bytes {
    /// Lends the bytes as the ABI takes them.
    fileprivate func withPointer<Result>(
        _ body: (UnsafePointer<UInt8>?, UInt64) -> Result
    ) -> Result {
        unsafe withUnsafeBytes {
            unsafe body($0.bindMemory(to: UInt8.self).baseAddress, UInt64($0.count))
        }
    }
}

/// The same bytes, as C's characters.
package func characters(_ text: UnsafeBufferPointer<UInt8>) -> UnsafePointer<CChar>? {
    unsafe UnsafeRawPointer(text.baseAddress)?.assumingMemoryBound(to: CChar.self)
}
