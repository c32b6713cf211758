// SPDX-License-Identifier: Apache-2.0

/// What one line holds.
package enum RPCLine: Sendable {
    case single(RPCMessage)
    case batch([RPCMessage])
}
