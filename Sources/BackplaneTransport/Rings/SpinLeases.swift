// SPDX-License-Identifier: Apache-2.0

internal import CLinux
internal import Glibc
internal import Synchronization

/// Which workers of a host may spin: one fewer than there are processors, so that their callers have
/// one.
///
/// A worker that is sent something asks for a lease through its channel; the one that has had its
/// lease for longest loses it, but not within a moment of having got it.
public final class SpinLeases: Sendable {
    /// So long a lease is safe.
    private static let term: UInt64 = 1_000_000

    private struct Holder {
        var channel: HostChannel?
        var since = Instant.distantPast
    }

    private let holders: Mutex<[Holder]>

    /// Makes the leases of a host; none when `isOn` is false, or where there is one processor.
    public init(isOn: Bool = true) {
        let count = isOn ? max(0, sysconf(CInt(_SC_NPROCESSORS_ONLN)) - 1) : 0
        holders = Mutex((0..<count).map { _ in Holder() })
        self.isOn = count > 0
        wakeTime = count > 0 ? WakeTime.nanoseconds : SpinBudget.usual
    }

    /// Whether anybody may spin, callers included.
    let isOn: Bool

    /// What waking a thread takes, where it matters.
    let wakeTime: UInt64

    /// Gives a channel's worker a lease if there is one.
    func request(_ channel: HostChannel) {
        guard isOn else { return }
        let now = Instant.now
        holders.withLock { holders in
            var oldest = 0
            for index in holders.indices where holders[index].since < holders[oldest].since {
                oldest = index
            }
            let holder = holders[oldest]
            if holder.channel != nil, now.nanoseconds(since: holder.since) < Self.term { return }
            // Another thread may have asked for the same channel meanwhile.
            guard !channel.hasLease, !channel.isOver else { return }
            holders[oldest] = Holder(channel: channel, since: now)
            // Under the lock: a lease that is taken away and given at the same time stays given.
            holder.channel?.hasLease = false
            channel.hasLease = true
        }
    }

    /// Takes the lease of a channel that has ended.
    func leave(_ channel: HostChannel) {
        holders.withLock { holders in
            for index in holders.indices where holders[index].channel === channel {
                holders[index] = Holder()
            }
        }
    }
}
