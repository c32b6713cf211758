// SPDX-License-Identifier: Apache-2.0

/// Decides whether a call that ended badly is tried again, and after what time.
///
/// Pure.
struct RetryPolicy: Sendable {
    let configuration: RetryConfiguration

    /// How an attempt ended.
    struct End: Sendable {
        var code: OutcomeCode
        /// Whether the plugin itself gave the outcome: then something has run, whatever the code.
        var wasAnswered = false
        /// Whether a message or a request of it reached the caller.
        var wasDelivered: Bool
        var isIdempotent: Bool
    }

    /// The time to wait before the next attempt; `nil` for no further attempt.
    ///
    /// - Parameters:
    ///   - retries: How many there have been.
    ///   - jitter: From 0 up to 1; shortens the delay by up to a half, so that callers that failed
    ///     together don't come back together.
    func delay(after end: End, retries: Int, jitter: Double) -> Duration? {
        guard retries < configuration.max, !end.wasDelivered, isWorthwhile(end) else { return nil }
        var delay = configuration.delay
        for _ in 0..<min(retries, 64) {
            guard delay < .seconds(3600) else { break }
            delay = delay * configuration.backoff
        }
        return delay * (1 - 0.5 * min(max(jitter, 0), 1))
    }

    /// Nothing ran: always.
    ///
    /// Perhaps something ran: only when running it twice does no harm. It ran and failed: never.
    private func isWorthwhile(_ end: End) -> Bool {
        switch end.code {
        case .unavailable, .overloaded: !end.wasAnswered
        case .crashed, .deadlineExceeded: end.isIdempotent
        case .notFound, .invalidArgument, .failed, .cancelled, .permissionDenied, .tooDeep,
            .tooLarge, .incompatible, .internal:
            false
        }
    }
}
