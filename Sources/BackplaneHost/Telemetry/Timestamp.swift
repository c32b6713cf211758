// SPDX-License-Identifier: Apache-2.0

internal import BackplaneTransport
internal import Glibc

/// A moment of the calendar, as logs and reports show it.
struct Timestamp: Sendable, Comparable {
    /// Since 1970, in UTC.
    let seconds: Double

    /// The moment now.
    static var now: Timestamp {
        var time = timespec()
        // SAFETY: the kernel fills the struct; this clock can't fail.
        _ = unsafe clock_gettime(CLOCK_REALTIME, &time)
        return Timestamp(seconds: Double(time.tv_sec) + Double(time.tv_nsec) / 1e9)
    }

    /// When something of the monotonic clock was.
    init(_ instant: Instant) {
        let ago = Double(Instant.now.nanoseconds(since: instant)) / 1e9
        seconds = Timestamp.now.seconds - ago
    }

    init(seconds: Double) {
        self.seconds = seconds
    }

    static func < (left: Timestamp, right: Timestamp) -> Bool { left.seconds < right.seconds }

    /// RFC 3339 in UTC with milliseconds: `2026-01-31T23:59:59.123Z`.
    var text: String {
        let whole = seconds.rounded(.down)
        var time = time_t(whole)
        var parts = unsafe tm()
        // SAFETY: both are locals.
        _ = unsafe gmtime_r(&time, &parts)
        let milliseconds = Int((seconds - whole) * 1000)
        let (year, month, day) = unsafe (parts.tm_year + 1900, parts.tm_mon + 1, parts.tm_mday)
        let (hour, minute, second) = unsafe (parts.tm_hour, parts.tm_min, parts.tm_sec)
        return "\(year)-\(two(month))-\(two(day))T\(two(hour)):\(two(minute)):\(two(second))"
            + ".\(String(1000 + milliseconds).dropFirst())Z"
    }

    private func two(_ number: Int32) -> String { number < 10 ? "0\(number)" : "\(number)" }
}
