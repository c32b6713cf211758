// SPDX-License-Identifier: Apache-2.0

/// Whoever holds a call that has not settled: a queue it waits in, or the instance that runs it.
protocol CallHolder: AnyObject, Sendable {
    /// Says that the call's outcome is no longer wanted: its caller has one.
    ///
    /// A call that waits leaves the queue and settles; one that runs is told. Comes again at the
    /// deadline of a call that was cancelled and did not end. Any thread; must not block.
    func cancelled(_ call: Call)

    /// Says that the call has settled: there is room for another.
    ///
    /// Once; any thread; must not block.
    func settled(_ call: Call)
}
