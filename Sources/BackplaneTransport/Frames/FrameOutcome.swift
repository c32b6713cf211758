// SPDX-License-Identifier: Apache-2.0

/// How something ended, as frames carry it: a value, or an error with its words.
public struct FrameOutcome: Sendable, Equatable {
    /// 0, or the code of an error; numbers as in `backplane/plugin.h`.
    public var code: UInt32
    /// Of an error: what happened, to what, what to do.
    public var message: String
    /// Of an error that a method threw: the name of its type.
    public var type: String
    /// The value; of an error: its details, or nothing.
    public var payload: Payload

    /// Makes an outcome.
    public init(
        code: UInt32 = 0, message: String = "", type: String = "", payload: Payload = .empty
    ) {
        self.code = code
        self.message = message
        self.type = type
        self.payload = payload
    }
}

extension Frame {
    /// Makes a frame of a kind that carries an outcome; long words are shortened.
    public init(_ kind: FrameKind, number: UInt64 = 0, outcome: FrameOutcome) {
        var fields = FieldWriter()
        if outcome.code != 0 {
            fields.append(outcome.message, atMost: FrameLimits.words)
            fields.append(outcome.type, atMost: FrameLimits.words / 16)
        }
        self.init(
            kind, number: number, code: outcome.code, fields: fields.bytes,
            payload: outcome.payload)
    }

    /// The outcome of a frame of a kind that carries one.
    ///
    /// - Throws: `.malformed` when the words are not whole.
    public func outcome() throws(TransportError) -> FrameOutcome {
        guard code != 0 else { return FrameOutcome(payload: payload) }
        var reader = FieldReader(fields)
        let message = try reader.string()
        let type = try reader.string()
        try reader.finish()
        return FrameOutcome(code: code, message: message, type: type, payload: payload)
    }
}
