// SPDX-License-Identifier: Apache-2.0

internal import BackplanePayload
public import BackplaneTransport

/// A value that running plugin code sent to its caller.
public struct Message<Data: Sendable>: Sendable {
    /// What was sent.
    public let data: Data

    /// Who sent it: service, generation and worker, as in `compute/2#1`; never used again for another.
    public let identifier: String

    /// The number of the call or of the submission that it belongs to, unique within the host.
    public let call: UInt64

    /// What was sent, as it came: one CBOR item.
    public let payload: Payload

    /// The same with the data read as another type.
    ///
    /// - Throws: `incompatible` when it is something else.
    public func decoded<Other: Decodable & Sendable>(
        as type: Other.Type = Other.self
    ) throws(CallError) -> Message<Other> {
        Message<Other>(
            data: try payload.decoded(as: type, what: "message of \(identifier)"),
            identifier: identifier, call: call, payload: payload)
    }
}

/// The same as `Message`, for files that import the SDK too, which has a `Message` of its own: what a
/// plugin gets of a call that it has made.
public typealias CallMessage = Message

extension Message where Data == Value {
    init(_ payload: Payload, from identifier: String, in call: UInt64) {
        self.init(
            data: payload.value, identifier: identifier, call: call, payload: payload)
    }
}
