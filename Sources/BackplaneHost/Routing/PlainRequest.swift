// SPDX-License-Identifier: Apache-2.0

internal import BackplaneTransport

/// A call of which nothing but the outcome is wanted, about to be made where there is a short way for it.
struct PlainRequest: ~Copyable, Sendable {
    /// One CBOR item.
    let arguments: PlainArguments
    let submitted: Instant
    /// What its caller allows for all attempts; `nil` for what its method says, for each.
    let timeout: Duration?
    /// When this attempt has taken too long.
    let deadline: Instant
    /// When its caller stops waiting, attempts that follow included.
    let until: Instant
    /// Who makes the attempts that follow if it fails; nobody where its caller is to know at once.
    let retrier: Retrier?

    /// Whether this thread is about to `block` for it.
    var isBlocking: Bool { arguments.caller != nil }
}
