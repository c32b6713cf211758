// SPDX-License-Identifier: Apache-2.0

import BackplaneHost

/// How often a call is tried again, and after what time.
///
/// Only what can't have run, or says that running it twice does no harm, is tried again: calls that
/// found nobody (`unavailable`, `overloaded`), and idempotent methods whose worker died or whose
/// time was up.
public struct Retries: Sendable, Hashable {
    /// How many attempts may follow the first.
    public var max: Int
    /// The time before the first retry, give or take.
    public var delay: Duration
    /// What the delay is multiplied with from one retry to the next; at least 1.
    public var backoff: Double

    /// Makes a rule; 3 retries after 0.1 s, 0.2 s and 0.4 s unless told otherwise.
    public init(max: Int = 3, delay: Duration = .milliseconds(100), backoff: Double = 2) {
        self.max = max
        self.delay = delay
        self.backoff = backoff
    }

    /// No attempt but the first.
    public static let none = Retries(max: 0)

    /// What is wrong with it, if something is.
    var mistake: String? {
        if max < 0 { return "retries.max is \(max); it counts from 0" }
        if delay < .zero { return "retries.delay is \(delay); it can't be negative" }
        if !(backoff >= 1 && backoff.isFinite) {
            return "retries.backoff is \(backoff); it is at least 1"
        }
        return nil
    }

    var configuration: RetryConfiguration {
        RetryConfiguration(max: max, delay: delay, backoff: backoff)
    }
}
