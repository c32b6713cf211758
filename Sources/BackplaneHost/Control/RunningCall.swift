// SPDX-License-Identifier: Apache-2.0

/// A call that was started and may have ended by now.
///
/// Any thread.
protocol RunningCall: AnyObject, Sendable {
    /// Says that the outcome is no longer wanted. It still comes.
    func cancel()

    /// Says that `count` messages have been consumed, which makes room for as many.
    func acknowledge(_ count: Int)
}
