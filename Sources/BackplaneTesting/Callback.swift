// SPDX-License-Identifier: Apache-2.0

import Backplane
import CBackplane

/// A C function with its context, to be called later from any thread.
///
/// SAFETY: the ABI says that both stay good until they were called, from whatever thread.
@safe
struct Callback: @unchecked Sendable {
    private let function: @convention(c) (UnsafeMutableRawPointer?) -> Void
    private let context: UnsafeMutableRawPointer?

    init?(
        _ function: (@convention(c) (UnsafeMutableRawPointer?) -> Void)?,
        _ context: UnsafeMutableRawPointer?
    ) {
        guard let function = unsafe function else { return nil }
        unsafe self.function = function
        unsafe self.context = unsafe context
    }

    func call() { unsafe function(context) }
}

/// Where the plugin wants the outcome, the messages and the requests of what it asked for.
///
/// SAFETY: as for ``Callback``.
@safe
struct ReplySink: @unchecked Sendable {
    private let reply: backplane_reply
    private let context: UnsafeMutableRawPointer?
    private let message: backplane_message?
    private let question: backplane_question?
    let takesClosing: Bool

    init(
        _ reply: backplane_reply, _ context: UnsafeMutableRawPointer?,
        message: backplane_message? = nil, question: backplane_question? = nil,
        flags: UInt32 = 0
    ) {
        unsafe self.reply = reply
        unsafe self.context = unsafe context
        unsafe self.message = unsafe message
        unsafe self.question = unsafe question
        takesClosing = unsafe message != nil && flags & UInt32(BACKPLANE_REQUEST_CLOSED) != 0
    }

    var takesMessages: Bool { unsafe message != nil }

    var takesQuestions: Bool { unsafe question != nil }

    func give(_ answer: Answer) {
        switch answer {
        case .value(let payload):
            unsafe payload.withUnsafeBytes {
                unsafe backplane_reply_value(
                    reply, context, $0.bindMemory(to: UInt8.self).baseAddress, UInt64($0.count))
            }
        case .error(let error):
            var text = error.message
            var type = error.type ?? ""
            // Details that cannot be encoded are left out: the error itself matters.
            let details = error.details.flatMap { try? Wire.encode($0) } ?? []
            text.withUTF8 { text in
                type.withUTF8 { type in
                    unsafe backplane_reply_error(
                        reply, context, error.code.number, characters(text), UInt64(text.count),
                        characters(type), UInt64(type.count), details, UInt64(details.count))
                }
            }
        }
    }

    func give(_ message: Message) {
        unsafe message.payload.withUnsafeBytes {
            unsafe self.message?(
                context, $0.bindMemory(to: UInt8.self).baseAddress, UInt64($0.count),
                message.identifier)
        }
    }

    /// Says that no more messages follow.
    func close() {
        unsafe message?(context, nil, 0, nil)
    }

    func ask(_ number: UInt64, _ message: Message) {
        unsafe message.payload.withUnsafeBytes {
            unsafe question?(
                context, number, $0.bindMemory(to: UInt8.self).baseAddress, UInt64($0.count),
                message.identifier)
        }
    }
}
