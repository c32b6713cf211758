// SPDX-License-Identifier: Apache-2.0

internal import Glibc

/// The clock of deadlines: nanoseconds of CLOCK_MONOTONIC.
public enum Monotonic {
    /// The time now.
    public static func now() -> UInt64 {
        var time = timespec()
        unsafe clock_gettime(CLOCK_MONOTONIC, &time)
        return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
    }
}

extension UInt64 {
    /// The sum, or the largest number.
    package func addingSaturated(_ other: UInt64) -> UInt64 {
        let (sum, overflows) = addingReportingOverflow(other)
        return overflows ? .max : sum
    }
}
