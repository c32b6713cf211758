// SPDX-License-Identifier: Apache-2.0

/// The answer to a request: its identifier and how it ended.
package struct RPCAnswer: Sendable {
    package let identifier: RPCIdentifier

    /// The text of the result, JSON, or the error.
    package let result: Result<String, RPCError>
}
