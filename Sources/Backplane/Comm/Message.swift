// SPDX-License-Identifier: Apache-2.0

public import BackplanePayload

/// A value that running plugin code sent, or asked: a message or a request of a call.
public struct Message: Sendable {
    /// Who sent it: service, generation, worker, as in `compute/2#1`.
    public let identifier: String

    package let payload: Bytes

    package init(payload: Bytes, identifier: String) {
        self.payload = payload
        self.identifier = identifier
    }

    /// The data, whatever it is.
    public var data: Value { Wire.details(payload) ?? .null }

    /// Decodes the data.
    ///
    /// - Throws: `invalid-argument` when it is something else.
    public func decode<T: Decodable>(as type: T.Type = T.self) throws(BackplaneError) -> T {
        try Wire.decode(type, from: payload, what: "message")
    }
}
