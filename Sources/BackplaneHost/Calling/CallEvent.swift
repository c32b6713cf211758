// SPDX-License-Identifier: Apache-2.0

public import BackplanePayload

/// What happens in a call, in this order: it is opened, sends and asks, and is closed.
public enum CallEvent: Sendable {
    /// The call has begun.
    case opened

    /// Its method sent something.
    case message(Message<Value>)

    /// Its method asks something; whoever handles the event answers, unless a handler does.
    case request(Request<Value>)

    /// Nothing follows: once in every call, whatever becomes of it, and before its result; long before
    /// when its method says so.
    case closed(CloseReason)
}
