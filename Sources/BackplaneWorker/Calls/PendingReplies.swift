// SPDX-License-Identifier: Apache-2.0

internal import BackplaneTransport
internal import CBackplane
internal import Synchronization

/// What the plugin waits for: outcomes of its requests and nested calls, and what comes before them.
final class PendingReplies: Sendable {
    @safe
    struct Entry: @unchecked Sendable {
        // SAFETY: the plugin's own; the ABI lets any thread of ours call them, in order.
        let reply: backplane_reply
        let message: backplane_message?
        let question: backplane_question?
        let context: UnsafeMutableRawPointer?
        /// Where large payloads are kept that the plugin wants to keep.
        let memory: PluginMemory

        func reply(_ outcome: FrameOutcome) {
            unsafe memory.lend(outcome.payload) { payload in
                let bytes = unsafe payload.bindMemory(to: UInt8.self)
                let size = UInt64(bytes.count)
                guard outcome.code != 0 else {
                    return unsafe backplane_reply_value(reply, context, bytes.baseAddress, size)
                }
                var message = outcome.message
                var type = outcome.type
                message.withUTF8 { message in
                    unsafe message.withMemoryRebound(to: CChar.self) { message in
                        type.withUTF8 { type in
                            unsafe type.withMemoryRebound(to: CChar.self) { type in
                                unsafe backplane_reply_error(
                                    reply, context, outcome.code, message.baseAddress,
                                    UInt64(message.count), type.baseAddress, UInt64(type.count),
                                    bytes.baseAddress, size)
                            }
                        }
                    }
                }
            }
        }

        func message(_ payload: Payload, identifier: String) {
            guard let message = unsafe message else { return }
            unsafe memory.lend(payload) { payload in
                let bytes = unsafe payload.bindMemory(to: UInt8.self)
                unsafe message(context, bytes.baseAddress, UInt64(bytes.count), identifier)
            }
        }

        /// Says that no more messages follow.
        func closed() {
            unsafe message?(context, nil, 0, nil)
        }

        func question(_ number: UInt64, _ payload: Payload, identifier: String) {
            guard let question = unsafe question else { return }
            unsafe memory.lend(payload) { payload in
                let bytes = unsafe payload.bindMemory(to: UInt8.self)
                unsafe question(
                    context, number, bytes.baseAddress, UInt64(bytes.count), identifier)
            }
        }
    }

    private struct State {
        var next: UInt64 = 1
        var entries: [UInt64: Entry] = [:]
    }

    private let state = Mutex(State())

    /// Notes who waits; the number by which the host will answer.
    func insert(_ entry: Entry) -> UInt64 {
        state.withLock { state in
            let number = state.next
            state.next += 1
            state.entries[number] = entry
            return number
        }
    }

    func find(_ number: UInt64) -> Entry? {
        state.withLock { $0.entries[number] }
    }

    func take(_ number: UInt64) -> Entry? {
        state.withLock { $0.entries.removeValue(forKey: number) }
    }
}
