// SPDX-License-Identifier: Apache-2.0

public import BackplanePayload

/// Why a call, a message, a request or a step of a plugin's life did not work.
///
/// What a method throws reaches its caller as ``Code/failed``, whatever it is: something has run,
/// so nothing is retried. A `BackplaneError` that a method throws, or lets through from a nested
/// call, is no exception: its own code is found in the ``details`` then, under `code`.
public struct BackplaneError: Error, Sendable, Hashable {
    /// What kind of failure it is.
    public let code: Code

    /// What happened, to what, and what to do.
    public let message: String

    /// The name of the error's type, when a method threw it.
    public let type: String?

    /// What the thrower added, when a method threw an error that can be encoded.
    public let details: Value?

    /// Makes an error.
    public init(_ code: Code, _ message: String, type: String? = nil, details: Value? = nil) {
        self.code = code
        self.message = message
        self.type = type
        self.details = details
    }
}

extension BackplaneError: CustomStringConvertible {
    /// The code and the message, as logs show them.
    public var description: String { "\(code): \(message)" }
}

extension BackplaneError: Encodable {
    private enum Key: String, CodingKey { case code, message, type, details }

    /// Encodes the error as a map of its parts, its code by name.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        try container.encode(code.description, forKey: .code)
        try container.encode(message, forKey: .message)
        try container.encodeIfPresent(type, forKey: .type)
        try container.encodeIfPresent(details, forKey: .details)
    }
}
