// SPDX-License-Identifier: Apache-2.0

internal import Glibc

/// A point of CLOCK_MONOTONIC in nanoseconds, the clock of the plugin ABI and of every deadline.
struct Instant: Sendable, Comparable, Hashable {
    let nanoseconds: UInt64

    /// Later than any other: no deadline.
    static let never = Instant(nanoseconds: .max)

    /// Before any other.
    static let distantPast = Instant(nanoseconds: 0)

    /// The time now.
    static var now: Instant {
        var time = timespec()
        // SAFETY: the kernel fills the struct; this clock can't fail.
        _ = unsafe clock_gettime(CLOCK_MONOTONIC, &time)
        return Instant(nanoseconds: UInt64(time.tv_sec) &* 1_000_000_000 &+ UInt64(time.tv_nsec))
    }

    static func < (left: Instant, right: Instant) -> Bool {
        left.nanoseconds < right.nanoseconds
    }

    /// This instant and a time more; `never` when there is no end in sight.
    func advanced(by duration: Duration) -> Instant {
        let more = duration.nanosecondsClamped
        let (sum, overflow) = nanoseconds.addingReportingOverflow(more)
        return overflow ? .never : Instant(nanoseconds: sum)
    }

    /// The nanoseconds from `earlier` to this, at least 0.
    func nanoseconds(since earlier: Instant) -> UInt64 {
        nanoseconds > earlier.nanoseconds ? nanoseconds - earlier.nanoseconds : 0
    }

    /// The time from `earlier` to this, at least 0.
    func duration(since earlier: Instant) -> Duration {
        .nanoseconds(Int64(clamping: nanoseconds(since: earlier)))
    }
}

extension Duration {
    /// The duration in nanoseconds, 0 for a negative one, `UInt64.max` beyond 584 years.
    var nanosecondsClamped: UInt64 {
        let (seconds, attoseconds) = components
        guard seconds >= 0, attoseconds >= 0 else { return 0 }
        let (whole, overflow) = UInt64(seconds).multipliedReportingOverflow(by: 1_000_000_000)
        guard !overflow else { return .max }
        let (sum, carried) = whole.addingReportingOverflow(UInt64(attoseconds) / 1_000_000_000)
        return carried ? .max : sum
    }
}
