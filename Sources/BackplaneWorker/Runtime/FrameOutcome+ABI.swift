// SPDX-License-Identifier: Apache-2.0

internal import BackplaneTransport
internal import CBackplane

extension FrameOutcome {
    /// Takes an outcome that a plugin made: a copy, but for a large payload in memory that it has named.
    init(reading outcome: UnsafeRawPointer?, in memory: PluginMemory) {
        guard let outcome = unsafe outcome else {
            self.init(
                code: UInt32(BACKPLANE_INTERNAL), message: "the plugin gave no outcome (NULL)")
            return
        }
        let size = unsafe backplane_outcome_payload_size(outcome)
        let code = unsafe backplane_outcome_code(outcome)
        let payload = unsafe Payload(reading: backplane_outcome_payload(outcome), size, in: memory)
        guard let payload else {
            self.init(
                code: UInt32(BACKPLANE_TOO_LARGE),
                message: "an outcome of \(size) bytes is over the limit of a payload")
            return
        }
        self.init(code: code, payload: payload)
        guard code != 0 else { return }
        unsafe message = String(
            reading: backplane_outcome_message(outcome), backplane_outcome_message_size(outcome))
        unsafe type = String(
            reading: backplane_outcome_type(outcome), backplane_outcome_type_size(outcome))
    }
}

extension WorkerRuntime {
    /// Ends a call with an outcome that a plugin made.
    func complete(_ number: UInt64, reading outcome: UnsafeRawPointer?) {
        if let value = unsafe outcome, unsafe backplane_outcome_code(value) == 0 {
            let start = unsafe backplane_outcome_payload(value)
            let size = unsafe start == nil ? 0 : backplane_outcome_payload_size(value)
            let bytes = unsafe UnsafeRawBufferPointer(start: start, count: Int(clamping: size))
            if unsafe complete(number, inline: bytes) { return }
        }
        complete(number, unsafe FrameOutcome(reading: outcome, in: memory))
    }
}

extension Payload {
    /// Takes a payload that a plugin made, copied unless it is large and lies in memory that the plugin
    /// has named; nothing when it is over the limit.
    init?(reading bytes: UnsafePointer<UInt8>?, _ size: UInt64, in memory: PluginMemory) {
        guard size <= PayloadLimit.bytes else { return nil }
        self = unsafe memory.take(bytes, Int(size))
    }
}

extension String {
    /// Copies words that a plugin made; bytes that are not UTF-8 are replaced.
    init(reading words: UnsafePointer<CChar>?, _ size: UInt64) {
        let count =
            unsafe words == nil ? 0 : Int(clamping: Swift.min(size, UInt64(FrameLimits.words)))
        let bytes = unsafe UnsafeRawBufferPointer(start: words, count: count)
        self = unsafe String(decoding: bytes, as: UTF8.self)
    }
}
