// SPDX-License-Identifier: Apache-2.0

import Glibc

extension Comm {
    /// When the running call's time is up; nothing outside of a call, or when it has no deadline.
    public var deadline: ContinuousClock.Instant? {
        timeLeft.map { ContinuousClock.now.advanced(by: $0) }
    }

    /// How much time the running call has left; nothing outside of a call, or without a deadline.
    ///
    /// Negative once the time is up.
    public var timeLeft: Duration? {
        guard let call, call.deadline != UInt64.max else { return nil }
        let now = MonotonicTime.now
        return call.deadline >= now
            ? .nanoseconds(Int64(clamping: call.deadline - now))
            : .nanoseconds(-Int64(clamping: now - call.deadline))
    }

    /// Whether the outcome of the running call is no longer wanted: it was cancelled, its time is
    /// up, or it has ended.
    ///
    /// Synchronous code that takes long looks at it now and then. Outside of a call, it says
    /// whether the task is cancelled.
    public var isCancelled: Bool { call?.isCancelled ?? Task.isCancelled }

    /// Throws if the outcome of the running call is no longer wanted.
    public func checkCancellation() throws {
        if isCancelled { throw CancellationError() }
    }
}

/// The clock of the ABI's deadlines.
package enum MonotonicTime {
    /// Nanoseconds of CLOCK_MONOTONIC.
    package static var now: UInt64 {
        var time = timespec()
        unsafe clock_gettime(CLOCK_MONOTONIC, &time)
        return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
    }
}

extension Duration {
    /// As the ABI's timeouts are: nanoseconds, 0 for none given.
    package static func timeout(_ duration: Duration?) -> UInt64 {
        guard let duration else { return 0 }
        guard duration > .zero else { return 1 }
        let (seconds, attoseconds) = duration.components
        let (nanoseconds, overflow) = UInt64(seconds).multipliedReportingOverflow(by: 1_000_000_000)
        guard !overflow, nanoseconds < UInt64.max - 2_000_000_000 else { return UInt64.max - 1 }
        return max(1, nanoseconds + UInt64(attoseconds / 1_000_000_000))
    }
}
