// SPDX-License-Identifier: Apache-2.0

internal import BackplanePayload
internal import BackplaneTransport

/// How one instance is doing, in its own words.
struct InstanceHealth: Sendable, Equatable {
    enum Status: String, Sendable {
        /// It says so, or has no check.
        case healthy
        /// It works, though not as it should.
        case degraded
        /// It does not work, or did not answer in time.
        case unhealthy
    }

    /// Such as `compute/2#1`.
    let identifier: String
    let status: Status
    /// What is wrong, when something is.
    let reason: String?

    /// Reads what the check gave: null, text, or an error.
    init(_ outcome: Outcome, of identifier: String) {
        self.identifier = identifier
        switch outcome {
        case .error(let error):
            status = .unhealthy
            reason = error.message
        case .value(let payload):
            reason = payload.value.string
            status = reason == nil ? .healthy : .degraded
        }
    }
}
