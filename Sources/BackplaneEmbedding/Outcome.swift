// SPDX-License-Identifier: Apache-2.0

/// What came of a call: a value, or an error that can be looked at instead of caught.
public enum Outcome<Result: Sendable>: Sendable {
    /// How a call can end.
    public enum Status: String, Sendable, Hashable, CustomStringConvertible {
        /// With a value.
        case ok
        /// With an error.
        case error

        /// The word: `ok` or `error`.
        public var description: String { rawValue }
    }

    /// The method returned this.
    case value(Result)
    /// There is no value, and this is why.
    case error(BackplaneError)

    /// How it ended.
    public var status: Status {
        switch self {
        case .value: .ok
        case .error: .error
        }
    }

    /// The value; nil after an error.
    public var value: Result? {
        if case .value(let value) = self { value } else { nil }
    }

    /// The error; nil after a value.
    public var error: BackplaneError? {
        if case .error(let error) = self { error } else { nil }
    }

    /// The value, or the error thrown.
    public func get() throws(BackplaneError) -> Result {
        switch self {
        case .value(let value): return value
        case .error(let error): throw error
        }
    }
}

extension Outcome: Equatable where Result: Equatable {}
