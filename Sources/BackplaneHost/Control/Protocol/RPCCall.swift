// SPDX-License-Identifier: Apache-2.0

internal import BackplaneTransport

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
