// SPDX-License-Identifier: Apache-2.0

internal import Synchronization

/// Keeps retries to a fraction of all calls, so that they don't bury a host that is in trouble
/// already: each call pays in a tenth of a retry, and some are there from the start.
final class RetryBudget: Sendable {
    private static let perCall = 1
    private static let perRetry = 10
    private static let limit = 1000

    private let tenths = Atomic<Int>(limit)

    /// Pays in for a call.
    func deposit() {
        // Mostly full. That a few callers at once pay in beyond the limit does no harm.
        guard tenths.load(ordering: .relaxed) < Self.limit else { return }
        tenths.add(Self.perCall, ordering: .relaxed)
    }

    /// Takes out one retry, if there is one.
    func withdraw() -> Bool {
        let left = tenths.subtract(Self.perRetry, ordering: .relaxed).newValue
        guard left < 0 else { return true }
        tenths.add(Self.perRetry, ordering: .relaxed)
        return false
    }
}
