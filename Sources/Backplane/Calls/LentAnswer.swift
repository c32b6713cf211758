// SPDX-License-Identifier: Apache-2.0

import BackplanePayload

/// How a call ended, for who reads it at once.
@safe
enum LentAnswer {
    // SAFETY: who reads it does so while it is lent.
    case value(UnsafeBufferPointer<UInt8>)
    case answer(Answer)

    /// The value, decoded.
    @Sendable
    static func decoded<Result: Decodable>(
        _ lent: LentAnswer
    ) throws(BackplaneError) -> Result {
        switch lent {
        case .value(let bytes): try unsafe Wire.decodeResult(Result.self, from: bytes.span)
        case .answer(let answer): try answer.get(as: Result.self)
        }
    }

    /// No result, whatever the value is.
    @Sendable
    static func nothing(_ lent: LentAnswer) throws(BackplaneError) {
        if case .answer(let answer) = lent { try answer.check() }
    }
}
