// SPDX-License-Identifier: Apache-2.0

internal import Synchronization

/// Latencies in buckets of a width relative to their value: eight to each power of two, so that a
/// percentile is at most an eighth too high.
///
/// Any thread.
@safe
final class LatencyHistogram: Sendable {
    private static let bitsOfPrecision = 3
    private static let bucketCount = (64 - bitsOfPrecision) << bitsOfPrecision + 8

    // SAFETY: allocated here, freed in deinit; each bucket is atomic.
    private nonisolated(unsafe) let buckets: UnsafeMutablePointer<Atomic<UInt64>>

    init() {
        unsafe buckets = .allocate(capacity: Self.bucketCount)
        for index in 0..<Self.bucketCount {
            unsafe (buckets + index).initialize(to: Atomic(0))
        }
    }

    deinit {
        unsafe buckets.deinitialize(count: Self.bucketCount)
        unsafe buckets.deallocate()
    }

    /// Counts one latency, in nanoseconds.
    func record(_ nanoseconds: UInt64) {
        unsafe buckets[Self.bucket(of: nanoseconds)].wrappingAdd(1, ordering: .relaxed)
    }

    /// How many there are.
    var count: UInt64 {
        var total: UInt64 = 0
        for index in 0..<Self.bucketCount {
            unsafe total &+= buckets[index].load(ordering: .relaxed)
        }
        return total
    }

    /// The latency that `fraction` of all stay at or below; `nil` when there are none.
    func percentile(_ fraction: Double) -> Duration? {
        Self.percentile(fraction, of: counts())
    }

    /// All buckets at this moment, to be added up with others'.
    func counts() -> [UInt64] {
        (0..<Self.bucketCount).map { unsafe buckets[$0].load(ordering: .relaxed) }
    }

    /// The percentile of counts that `counts()` gave, or of a sum of such.
    static func percentile(_ fraction: Double, of counts: [UInt64]) -> Duration? {
        let total = counts.reduce(0, +)
        guard total > 0 else { return nil }
        let rank = max(1, UInt64((Double(total) * fraction).rounded(.up)))
        var seen: UInt64 = 0
        for (index, count) in counts.enumerated() {
            seen += count
            if seen >= rank { return .nanoseconds(Int64(clamping: upperBound(of: index))) }
        }
        return nil
    }

    static func bucket(of value: UInt64) -> Int {
        let exact = 1 << (bitsOfPrecision + 1)
        guard value >= exact else { return Int(value) }
        let shift = 63 - value.leadingZeroBitCount - bitsOfPrecision
        return (shift << bitsOfPrecision) + Int(value >> UInt64(shift))
    }

    static func upperBound(of bucket: Int) -> UInt64 {
        let exact = 1 << (bitsOfPrecision + 1)
        guard bucket >= exact else { return UInt64(bucket) }
        let shift = (bucket >> bitsOfPrecision) - 1
        let mantissa = UInt64(bucket - (shift << bitsOfPrecision))
        return ((mantissa + 1) << UInt64(shift)) &- 1
    }
}
