// SPDX-License-Identifier: Apache-2.0

public import BackplaneTransport

/// How a call ended, with a value or with an error.
///
/// Each call has exactly one outcome.
public enum Outcome: Sendable, Equatable {
    case value(Payload)
    case error(CallError)

    /// An error of this code with these words.
    public static func error(_ code: OutcomeCode, _ message: String) -> Outcome {
        .error(CallError(code, message))
    }

    /// The value, or nil after an error.
    public var value: Payload? {
        if case .value(let payload) = self { payload } else { nil }
    }

    /// The error, or nil after a value.
    public var error: CallError? {
        if case .error(let error) = self { error } else { nil }
    }

    /// The value, or the error thrown.
    public func get() throws(CallError) -> Payload {
        switch self {
        case .value(let payload): return payload
        case .error(let error): throw error
        }
    }
}
