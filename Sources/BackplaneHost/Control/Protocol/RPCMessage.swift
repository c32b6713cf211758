// SPDX-License-Identifier: Apache-2.0

/// One JSON-RPC 2.0 object that a peer sent.
package enum RPCMessage: Sendable {
    /// A request, or a notification when it has no identifier.
    case call(RPCCall)

    /// The answer to a request.
    case answer(RPCAnswer)

    /// Something else: to be answered with this error under this identifier, or not at all without.
    case invalid(RPCIdentifier?, RPCError)
}
