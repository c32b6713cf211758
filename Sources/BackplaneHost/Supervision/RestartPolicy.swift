// SPDX-License-Identifier: Apache-2.0

internal import BackplaneTransport

/// Decides whether and when something that died is started again.
///
/// Pure: the time is handed in.
///
/// The first restart after a healthy period is immediate, so that calls can wait for it. Further
/// ones back off exponentially with jitter, until something has run for `healthyAfter`.
struct RestartPolicy: Sendable {
    /// How something ended.
    enum End: Sendable {
        /// It ended by itself and without an error.
        case clean
        /// It crashed, failed or was killed.
        case failure
    }

    /// What follows.
    enum Decision: Sendable, Equatable {
        case restart(after: Duration)
        /// It stays down, for this reason, until somebody starts it.
        case giveUp(String)
    }

    /// What it goes by; may change while something runs.
    var configuration: RestartConfiguration
    private var attempt = 0
    private var restarts: [Instant] = []
    private var startedAt: Instant?

    init(_ configuration: RestartConfiguration) {
        self.configuration = configuration
    }

    /// Notes that it came up.
    mutating func started(at now: Instant) {
        startedAt = now
    }

    /// Decides what follows an end.
    ///
    /// - Parameter jitter: From 0 up to 1; shortens a delay by up to a fifth, so that many that died
    ///   together don't come back together.
    mutating func ended(_ end: End, at now: Instant, jitter: Double) -> Decision {
        if let startedAt, now.duration(since: startedAt) >= configuration.healthyAfter {
            attempt = 0
        }
        startedAt = nil
        switch (configuration.policy, end) {
        case (.never, _): return .giveUp("its restart policy is 'never'")
        case (.onFailure, .clean): return .giveUp("it ended by itself")
        case (.always, _), (.onFailure, .failure): break
        }
        if let limit = configuration.limit {
            restarts.removeAll { now.duration(since: $0) > limit.within }
            guard restarts.count < limit.count else {
                return .giveUp("it was restarted \(limit.count) times within \(limit.within)")
            }
            restarts.append(now)
        }
        defer { attempt += 1 }
        return .restart(after: delay(jitter: jitter))
    }

    /// Forgets the past: somebody started it by hand.
    mutating func reset() {
        attempt = 0
        restarts = []
        startedAt = nil
    }

    private func delay(jitter: Double) -> Duration {
        guard attempt > 0 else { return .zero }
        var delay = configuration.delay
        // Doubling 40 times takes a nanosecond past any maximum.
        for _ in 1..<min(max(attempt, 1), 40) where delay < configuration.maximumDelay {
            delay = delay * 2
        }
        return min(delay, configuration.maximumDelay) * (1 - 0.2 * min(max(jitter, 0), 1))
    }
}
