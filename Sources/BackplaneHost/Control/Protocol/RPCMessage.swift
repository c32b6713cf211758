// SPDX-License-Identifier: Apache-2.0

internal import BackplaneTransport

/// One JSON-RPC 2.0 object that a peer sent.
package enum RPCMessage: Sendable {
    /// A request, or a notification when it has no identifier.
    case call(RPCCall)

    /// The answer to a request.
    case answer(RPCAnswer)

    /// Something else: to be answered with this error under this identifier, or not at all without.
    case invalid(RPCIdentifier?, RPCError)
}

/// A request or a notification.
package struct RPCCall: Sendable {
    /// Nil for a notification, which is never answered.
    package let identifier: RPCIdentifier?

    /// `service.method`, or a name that the protocol itself uses.
    package let method: String

    /// The text of `params`: an object or an array; nil when there are none.
    package let params: String?

    /// `params` as a payload; an empty array when there are none.
    let arguments: Payload

    /// What the caller takes and how long it waits.
    var options: CallOptions

    /// The text of a member of `params`, when they are an object.
    package func member(_ name: String) -> String? {
        guard let params, let members = JSONMembers.ofObject(Array(params.utf8)[...]) else {
            return nil
        }
        return members.first { $0.isNamed(name) }.map { String(decoding: $0.text, as: UTF8.self) }
    }
}

/// The answer to a request: its identifier and how it ended.
package struct RPCAnswer: Sendable {
    package let identifier: RPCIdentifier

    /// The text of the result, JSON, or the error.
    package let result: Result<String, RPCError>
}

/// What one line holds.
package enum RPCLine: Sendable {
    case single(RPCMessage)
    case batch([RPCMessage])
}
