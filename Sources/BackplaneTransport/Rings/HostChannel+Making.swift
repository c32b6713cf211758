// SPDX-License-Identifier: Apache-2.0

internal import CLinux
internal import Glibc

/// What a worker needs to have its end of a channel, in the order in which it is passed on.
public struct ChannelDescriptors: Sendable, Hashable {
    /// The memory that the host writes.
    public var host: Int32
    /// The memory that the worker writes.
    public var worker: Int32
    /// What the worker writes to when it wants to wake its host.
    public var eventfd: Int32

    /// Names three descriptors.
    public init(host: Int32, worker: Int32, eventfd: Int32) {
        self.host = host
        self.worker = worker
        self.eventfd = eventfd
    }

    /// All of them.
    public var all: [Int32] { [host, worker, eventfd] }
}

extension HostChannel {
    /// Makes a channel and the descriptors of its other end, which the caller passes on and closes.
    public static func make(
        layout: RegionLayout = RegionLayout(), limits: FrameLimits = FrameLimits(),
        leases: SpinLeases = SpinLeases(isOn: false)
    ) throws(TransportError) -> (channel: HostChannel, peer: ChannelDescriptors) {
        var open: [CInt] = []
        do throws(TransportError) {
            let own = try SharedRegion.own(layout)
            open.append(own.descriptor)
            let peer = try SharedRegion.peer(layout)
            open.append(peer.descriptor)
            let eventfd = clinux_eventfd()
            guard eventfd >= 0 else { throw .lastError("eventfd") }
            open.append(eventfd)
            // The number that is passed on is closed by whoever passed it; this end keeps its own.
            let copy = fcntl(eventfd, F_DUPFD_CLOEXEC, 3)
            guard copy >= 0 else { throw .lastError("fcntl") }
            let channel = HostChannel(
                own: own.region, peer: peer.region, eventfd: eventfd, limits: limits,
                leases: leases)
            return (
                channel,
                ChannelDescriptors(
                    host: own.descriptor, worker: peer.descriptor, eventfd: copy)
            )
        } catch {
            for descriptor in open { Glibc.close(descriptor) }
            throw error
        }
    }
}
