// SPDX-License-Identifier: Apache-2.0

internal import BackplaneTransport
internal import CBackplane

/// Passes what comes of a nested call back to the plugin that made it, through the functions that it
/// named.
@safe
final class NestedObserver: CallObserver {
    let takesMessages: Bool
    let takesRequests: Bool
    private let takesClosing: Bool

    // SAFETY: the plugin keeps its context until `reply` was called, which happens once and last.
    private let reply: backplane_reply
    private let message: backplane_message?
    private let question: backplane_question?
    private nonisolated(unsafe) let context: UnsafeMutableRawPointer?
    private let instance: PluginInstance

    init?(_ request: UnsafeRawPointer, of instance: PluginInstance) {
        guard let reply = unsafe backplane_request_reply(request) else { return nil }
        unsafe self.reply = reply
        unsafe message = backplane_request_message(request)
        unsafe question = backplane_request_question(request)
        unsafe context = backplane_request_reply_context(request)
        self.instance = instance
        let flags = unsafe backplane_request_flags(request)
        takesMessages =
            unsafe message != nil && flags & UInt32(BACKPLANE_REQUEST_MESSAGES) != 0
        takesRequests =
            unsafe question != nil && flags & UInt32(BACKPLANE_REQUEST_REQUESTS) != 0
        takesClosing = takesMessages && flags & UInt32(BACKPLANE_REQUEST_CLOSED) != 0
    }

    func received(_ payload: Payload, from identifier: String, in call: Call) {
        unsafe instance.memory.lend(payload) { bytes in
            unsafe message?(
                context, bytes.bindMemory(to: UInt8.self).baseAddress, UInt64(bytes.count),
                identifier)
        }
    }

    func received(_ asked: Question, in call: Call) {
        instance.open(asked)
        unsafe instance.memory.lend(asked.payload) { bytes in
            unsafe question?(
                context, asked.number, bytes.bindMemory(to: UInt8.self).baseAddress,
                UInt64(bytes.count), asked.identifier)
        }
    }

    func closed(_ call: Call) {
        if takesClosing { unsafe message?(context, nil, 0, nil) }
    }

    func finished(_ call: Call, with outcome: Outcome) {
        instance.forget(call.number)
        unsafe outcome.pass(to: reply, context, in: instance.memory)
    }
}

extension Outcome {
    /// Hands an outcome to a plugin, which borrows it.
    func pass(
        to reply: backplane_reply, _ context: UnsafeMutableRawPointer?, in memory: PluginMemory
    ) {
        switch self {
        case .value(let payload):
            unsafe memory.lend(payload) { bytes in
                unsafe backplane_reply_value(
                    reply, context, bytes.bindMemory(to: UInt8.self).baseAddress,
                    UInt64(bytes.count))
            }
        case .error(let error):
            unsafe error.withUnsafeParts { message, type, details in
                unsafe backplane_reply_error(
                    reply, context, error.code.rawValue, message.baseAddress,
                    UInt64(message.count), type.baseAddress, UInt64(type.count),
                    details.baseAddress, UInt64(details.count))
            }
        }
    }

    /// Takes an outcome that a plugin gave: a copy, but for a large payload in memory that it has named.
    @safe
    init(reading outcome: UnsafeRawPointer, in memory: @autoclosure () -> PluginMemory?) {
        let bytes = unsafe backplane_outcome_payload(outcome)
        let size = unsafe bytes == nil ? 0 : backplane_outcome_payload_size(outcome)
        let payload = unsafe Payload(reading: bytes, size, in: memory())
        let code = unsafe backplane_outcome_code(outcome)
        guard code != UInt32(BACKPLANE_OK) else {
            self = .value(payload.count == 0 ? .null : payload)
            return
        }
        let message = unsafe String(
            backplaneText: backplane_outcome_message(outcome),
            count: backplane_outcome_message_size(outcome))
        let type = unsafe String(
            backplaneText: backplane_outcome_type(outcome),
            count: backplane_outcome_type_size(outcome))
        self = .error(
            CallError(
                OutcomeCode(number: code), message, type: type.isEmpty ? nil : type,
                details: payload.count == 0 ? nil : payload))
    }
}

extension CallError {
    /// Lends the parts as buffers, for the ABI.
    func withUnsafeParts<Result>(
        _ body: (
            UnsafeBufferPointer<CChar>, UnsafeBufferPointer<CChar>, UnsafeBufferPointer<UInt8>
        ) -> Result
    ) -> Result {
        let message = Array(message.utf8).map { CChar(bitPattern: $0) }
        let type = Array((type ?? "").utf8).map { CChar(bitPattern: $0) }
        let details = details?.bytes ?? []
        return unsafe message.withUnsafeBufferPointer { message in
            unsafe type.withUnsafeBufferPointer { type in
                unsafe details.withUnsafeBufferPointer { details in
                    unsafe body(message, type, details)
                }
            }
        }
    }
}

extension String {
    /// Copies a text of the ABI; bytes that aren't UTF-8 are repaired.
    init(backplaneText pointer: UnsafePointer<CChar>?, count: UInt64) {
        guard let pointer = unsafe pointer, count > 0 else {
            self = ""
            return
        }
        let bytes = unsafe UnsafeRawBufferPointer(start: pointer, count: Int(clamping: count))
        self = unsafe String(decoding: bytes, as: UTF8.self)
    }
}
