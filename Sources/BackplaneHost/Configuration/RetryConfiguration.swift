// SPDX-License-Identifier: Apache-2.0

/// How often a call is tried again, and after what time.
public struct RetryConfiguration: Sendable, Hashable {
    /// How many attempts may follow the first.
    public var max: Int

    /// The time before the first retry, jitter aside.
    public var delay: Duration

    /// What the delay is multiplied with from one retry to the next; at least 1.
    public var backoff: Double

    /// Makes the retries of a service; the defaults are those of a configuration file.
    public init(max: Int = 3, delay: Duration = .milliseconds(100), backoff: Double = 2) {
        self.max = max
        self.delay = delay
        self.backoff = backoff
    }
}
