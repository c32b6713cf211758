// SPDX-License-Identifier: Apache-2.0

/// How a call from outside wants to be run.
struct CallOptions: Sendable, Equatable {
    /// The time for the whole call; nil for the method's own.
    var timeout: Duration?

    /// Whether the audience takes the call's messages.
    var takesMessages = false

    /// Whether the audience answers the call's requests.
    var takesRequests = false
}
