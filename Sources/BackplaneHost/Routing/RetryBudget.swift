// SPDX-License-Identifier: Apache-2.0

internal import Synchronization

/// Keeps retries to a fraction of all calls, so that they don't bury a host that is in trouble
/// already: each call pays in a tenth of a retry, and some are there from the start.
final class RetryBudget: Sendable {
    private static let perCall = 1
    private static let perRetry = 10
    private static let limit = 1000

    private let tenths = Mutex<Int>(limit)

    /// Pays in for a call.
    func deposit() {
        tenths.withLock { $0 = min(Self.limit, $0 + Self.perCall) }
    }

    /// Takes out one retry, if there is one.
    func withdraw() -> Bool {
        tenths.withLock { tenths in
            guard tenths >= Self.perRetry else { return false }
            tenths -= Self.perRetry
            return true
        }
    }
}
