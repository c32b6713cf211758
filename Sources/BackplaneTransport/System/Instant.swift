// SPDX-License-Identifier: Apache-2.0

internal import Glibc

/// A point of CLOCK_MONOTONIC in nanoseconds, the clock of the plugin ABI and of every deadline.
public struct Instant: Sendable, Comparable, Hashable {
    /// As the ABI and frames carry it.
    public let nanoseconds: UInt64

    /// Makes an instant of what the ABI or a frame says.
    @inlinable
    public init(nanoseconds: UInt64) {
        self.nanoseconds = nanoseconds
    }

    /// Later than any other: no deadline.
    @inlinable public static var never: Instant { Instant(nanoseconds: .max) }

    /// Before any other.
    @inlinable public static var distantPast: Instant { Instant(nanoseconds: 0) }

    /// The time now.
    public static var now: Instant {
        var time = timespec()
        // SAFETY: the kernel fills the struct; this clock can't fail.
        _ = unsafe clock_gettime(CLOCK_MONOTONIC, &time)
        return Instant(nanoseconds: UInt64(time.tv_sec) &* 1_000_000_000 &+ UInt64(time.tv_nsec))
    }

    /// Whether one is before the other.
    @inlinable
    public static func < (left: Instant, right: Instant) -> Bool {
        left.nanoseconds < right.nanoseconds
    }

    /// Whether it is now or was before; never for `never`, which costs no look at the clock.
    public var hasPassed: Bool { self != .never && self <= .now }

    /// This instant and so many nanoseconds more; `never` when there is no end in sight.
    @inlinable
    public func advanced(byNanoseconds more: UInt64) -> Instant {
        let (sum, overflow) = nanoseconds.addingReportingOverflow(more)
        return overflow ? .never : Instant(nanoseconds: sum)
    }

    /// This instant and a time more; `never` when there is no end in sight.
    public func advanced(by duration: Duration) -> Instant {
        advanced(byNanoseconds: duration.nanosecondsClamped)
    }

    /// The nanoseconds from `earlier` to this, at least 0.
    @inlinable
    public func nanoseconds(since earlier: Instant) -> UInt64 {
        nanoseconds > earlier.nanoseconds ? nanoseconds - earlier.nanoseconds : 0
    }

    /// The time from `earlier` to this, at least 0.
    public func duration(since earlier: Instant) -> Duration {
        .nanoseconds(Int64(clamping: nanoseconds(since: earlier)))
    }
}

extension Duration {
    /// The duration in nanoseconds, 0 for a negative one, `UInt64.max` beyond 584 years.
    public var nanosecondsClamped: UInt64 {
        let (seconds, attoseconds) = components
        guard seconds >= 0, attoseconds >= 0 else { return 0 }
        let (whole, overflow) = UInt64(seconds).multipliedReportingOverflow(by: 1_000_000_000)
        guard !overflow else { return .max }
        let (sum, carried) = whole.addingReportingOverflow(UInt64(attoseconds) / 1_000_000_000)
        return carried ? .max : sum
    }
}
