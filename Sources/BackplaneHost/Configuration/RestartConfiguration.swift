// SPDX-License-Identifier: Apache-2.0

/// When a service that ended is started again.
public struct RestartConfiguration: Sendable, Hashable {
    /// Which ends are followed by a restart.
    public enum Policy: String, Sendable, Hashable, CaseIterable, CustomStringConvertible {
        /// Every end that nobody asked for.
        case always

        /// Only ends by a failure.
        case onFailure = "on-failure"

        /// None.
        case never

        /// The name in configuration and logs.
        public var description: String { rawValue }
    }

    /// How many restarts are too many.
    public struct Limit: Sendable, Hashable {
        /// The restarts that may happen within the period; at least 1.
        public var count: Int

        /// The period.
        public var within: Duration

        /// Makes a limit of `count` restarts within a period, a minute unless told otherwise.
        public init(count: Int, within: Duration = .seconds(60)) {
            self.count = count
            self.within = within
        }
    }

    /// Which ends are followed by a restart.
    public var policy: Policy

    /// The time before the second restart in a row; the first is immediate.
    public var delay: Duration

    /// The time that the doubling delay never exceeds.
    public var maximumDelay: Duration

    /// How long a service has to run for its next restart to be a first one again.
    public var healthyAfter: Duration

    /// How many restarts are too many; nil for any number.
    public var limit: Limit?

    /// Makes the restarts of a service; the defaults are those of a configuration file.
    public init(
        policy: Policy = .onFailure, delay: Duration = .milliseconds(100),
        maximumDelay: Duration = .seconds(10), healthyAfter: Duration = .seconds(10),
        limit: Limit? = nil
    ) {
        self.policy = policy
        self.delay = delay
        self.maximumDelay = maximumDelay
        self.healthyAfter = healthyAfter
        self.limit = limit
    }
}
