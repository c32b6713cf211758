// SPDX-License-Identifier: Apache-2.0

internal import BackplaneTransport

/// A call that is about to be made.
struct CallRequest: Sendable {
    var target: CallTarget
    /// One CBOR item.
    var arguments: Payload
    /// From now; `nil` takes the method's own.
    var timeout: Duration?
    /// When its caller stops waiting, whatever `timeout` says.
    var until: Instant = .never
    /// The running call it is made for.
    var parent: Call?
    /// How many calls it is nested under, when no parent says so.
    var depth = 0
    /// Whether the thread that makes it blocks until its end.
    var isBlocking = false
    /// Whose thread it may take.
    var entry: CallEntry = .elsewhere

    /// The same, with the whole call ending in this time, attempts that follow included.
    func ending(within timeout: Duration?) -> CallRequest {
        guard let timeout else { return self }
        var request = self
        request.until = Instant.now.advanced(by: timeout)
        request.timeout = timeout
        return request
    }
}
