// SPDX-License-Identifier: Apache-2.0

internal import BackplaneTransport

/// Something that calls are for: a service, or the host itself.
protocol CallReceiver: AnyObject, Sendable {
    /// The name that calls use.
    var name: String { get }

    /// When a call of a method that is made at some time has to be over, where nobody says.
    func deadline(of method: String, from now: Instant) -> Instant

    /// How often a call of a method is tried again; `nil` for never.
    func retries(of method: String) -> RetryConfiguration?

    /// The memory that a payload for it is best built in; nothing where any memory will do.
    func pool(for size: Int) -> BufferPool?

    /// Begins a call of which nothing but the outcome is wanted, where there is a short way for it.
    ///
    /// - Returns: Nothing where it has to be submitted like any other.
    func begin(_ method: String, _ request: consuming PlainRequest) -> PlainCall?

    /// Takes the call over; finishes and settles it, now or later.
    func submit(_ call: Call, entry: CallEntry)
}

extension CallReceiver {
    func pool(for size: Int) -> BufferPool? { nil }

    func begin(_ method: String, _ request: consuming PlainRequest) -> PlainCall? { nil }
}
