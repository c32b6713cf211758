// SPDX-License-Identifier: Apache-2.0

internal import BackplaneTransport

/// What happened to a call of a connection; the number is the connection's own for that call.
enum ControlEvent: Sendable {
    case message(UInt64, Payload, identifier: String, call: any RunningCall)
    case question(UInt64, any CallQuestion)
    case closed(UInt64)
    case finished(UInt64, Outcome)
}
