// SPDX-License-Identifier: Apache-2.0

public import BackplaneTransport

/// Why a call ended without a value.
public struct CallError: Error, Sendable, Equatable {
    /// What kind of end it was.
    public var code: OutcomeCode

    /// What happened, to what, and what to do about it, in one sentence.
    public var message: String

    /// Of `failed`: the name of the type of the error that the method threw.
    public var type: String?

    /// What the method added to its error: one CBOR item.
    public var details: Payload?

    /// Makes an error; most callers want one of the named ones instead.
    public init(
        _ code: OutcomeCode, _ message: String, type: String? = nil, details: Payload? = nil
    ) {
        self.code = code
        self.message = message
        self.type = type
        self.details = details
    }
}

extension CallError: CustomStringConvertible {
    /// The code and the message, as the command line prints them: `error[failed]: no such file`.
    public var description: String { "error[\(code)]: \(message)" }
}
