// SPDX-License-Identifier: Apache-2.0

internal import CLinux
internal import Glibc

/// How a worker wakes its host.
final class HostBell: Sendable {
    private let own: SharedRegion
    private let peer: SharedRegion
    private let eventfd: CInt

    /// - Parameter eventfd: Is the bell's from now on.
    init(own: SharedRegion, peer: SharedRegion, eventfd: CInt) {
        self.own = own
        self.peer = peer
        self.eventfd = eventfd
    }

    deinit {
        close(eventfd)
    }

    /// Rings where the host wants it, if nobody looks there.
    @inline(__always)
    func ring(_ lookers: UInt32) {
        if lookers & Lookers.sleeper != 0 { return own.ring() }
        if lookers == Lookers.none { ringReader() }
    }

    private func ringReader() {
        var one: UInt64 = 1
        // It fails only when the counter is full, and then the host is awake anyway.
        _ = unsafe write(eventfd, &one, 8)
    }

    /// Wakes the host if it waits for room in its ring, after some of that was read.
    func letHostOn() {
        guard peer.load32(RegionLayout.wantsRoom) != 0 else { return }
        ring(peer.load32(RegionLayout.lookers))
    }

    /// Wakes the host if it waits for memory, after some was given back.
    func noteRelease() {
        // What was given is to be seen by who asks for it after this look.
        clinux_fence()
        guard peer.load32(RegionLayout.wantsMemory) != 0 else { return }
        ring(peer.load32(RegionLayout.lookers))
    }
}
