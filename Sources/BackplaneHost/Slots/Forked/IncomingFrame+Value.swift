// SPDX-License-Identifier: Apache-2.0

internal import BackplaneTransport

extension IncomingFrame {
    /// Its payload as a value: no bytes at all mean null.
    var value: Payload { payloadCount == 0 ? .null : payload }
}
