// SPDX-License-Identifier: Apache-2.0

/// How an instance is doing, in its own words.
public struct Health: Sendable, Hashable {
    package enum Status: Sendable, Hashable { case healthy, degraded, unhealthy }

    package let status: Status

    /// What is wrong, when something is.
    public let reason: String?

    /// Whether all is well.
    public var isHealthy: Bool { status == .healthy }

    /// All is well.
    public static let healthy = Health(status: .healthy, reason: nil)

    /// The instance works, though not as it should.
    public static func degraded(_ reason: String) -> Health {
        Health(status: .degraded, reason: reason)
    }

    /// The instance does not work.
    public static func unhealthy(_ reason: String) -> Health {
        Health(status: .unhealthy, reason: reason)
    }
}
