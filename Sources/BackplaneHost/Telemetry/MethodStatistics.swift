// SPDX-License-Identifier: Apache-2.0

internal import BackplaneTransport
internal import Synchronization

/// Counts and latencies of one method, over all generations of its service.
///
/// Any thread.
final class MethodStatistics: Sendable {
    let latency = LatencyHistogram()
    private let errors = Mutex<Errors>(Errors())

    struct Errors: Sendable {
        var counts: [OutcomeCode: UInt64] = [:]
        var last: CallError?
        var lastAt: Instant?

        var total: UInt64 { counts.values.reduce(0, +) }
    }

    /// How many calls have ended.
    var callCount: UInt64 { latency.count }
    /// How those that ended badly did.
    var errorSummary: Errors { errors.withLock { $0 } }

    /// Counts a call that ended with a value.
    func succeeded(after nanoseconds: UInt64) { latency.record(nanoseconds) }

    /// Counts a call that ended.
    func finished(_ outcome: Outcome, after nanoseconds: UInt64) {
        latency.record(nanoseconds)
        guard let error = outcome.error else { return }
        errors.withLock {
            $0.counts[error.code, default: 0] += 1
            $0.last = error
            $0.lastAt = .now
        }
    }
}
