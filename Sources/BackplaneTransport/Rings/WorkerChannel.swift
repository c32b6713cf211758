// SPDX-License-Identifier: Apache-2.0

internal import CLinux
internal import Glibc
internal import Synchronization

/// The worker's end of the connection to its host.
///
/// Any thread sends. One at a time receives: whichever owns the ring (see `RingThreads`).
public final class WorkerChannel: Sendable {
    private let own: SharedRegion
    private let peer: SharedRegion
    private let sender: RingSender
    // SAFETY: touched by who owns the ring alone, and who takes it over sees what was done before.
    @exclusivity(unchecked) private nonisolated(unsafe) var incoming: RingReceiver
    private let bell: HostBell
    private let budget: SpinBudget

    /// Maps the memory behind the descriptors of a request; they may be closed afterwards, but for
    /// the eventfd, which the channel owns.
    public init(
        _ descriptors: ChannelDescriptors, layout: RegionLayout,
        limits: FrameLimits = FrameLimits()
    ) throws(TransportError) {
        own = try SharedRegion(descriptor: descriptors.worker, layout: layout, isOwn: true)
        peer = try SharedRegion(descriptor: descriptors.host, layout: layout, isOwn: false)
        let bell = HostBell(own: own, peer: peer, eventfd: descriptors.eventfd)
        self.bell = bell
        budget = SpinBudget(UInt64(peer.load32(RegionLayout.wake)))
        sender = RingSender(
            own: own, peer: peer, limits: limits, lendLimit: PayloadPool.copyLimit)
        unsafe incoming = RingReceiver(
            own: own, peer: peer, limits: limits, lending: .borrow { bell.noteRelease() })
    }

    /// The largest payload that is copied at once takes this long, by far.
    private static let comingLimit: UInt64 = 5_000_000
    /// What was copied is sent in less time than this.
    private static let comingGrace: UInt64 = 20_000

    /// The memory that large payloads are sent in.
    package var pool: BufferPool { sender.pool }

    /// Has the host learn at once of the end of this thread, the main one.
    package func tellEndOfThread() { own.tellEndOfThread() }

    /// Whether the host will send nothing more.
    package var hasEnded: Bool { peer.load32(RegionLayout.ended) != 0 }

    /// How many bytes wait in this process to be sent; a sender of what can be spared looks here.
    package var queuedBytes: Int { sender.waitingBytes }

    /// Counts a call that is about to be begun; only who receives may.
    package func countTaken() {
        own.store(RegionLayout.taken, own.load(RegionLayout.taken) + 1)
    }

    // MARK: Sending

    /// Sends frames, in order, and never waits for the host.
    package func send(_ frames: [Frame]) throws(TransportError) {
        for frame in frames { try sender.send(frame) }
        wake()
    }

    /// Sends a frame without fields, its payload copied from where it lies.
    ///
    /// - Returns: Whether it was sent: a large one is not, nor is one for which there is no room now.
    public func sendInline(
        _ kind: FrameKind, number: UInt64, argument: UInt64 = 0, code: UInt32 = 0,
        _ payload: UnsafeRawBufferPointer
    ) -> Bool {
        guard
            unsafe sender.sendInline(
                kind, number: number, argument: argument, code: code, payload) != nil
        else { return false }
        wake()
        return true
    }

    @inline(__always)
    private func wake() {
        clinux_fence()
        bell.ring(peer.load32(RegionLayout.lookers))
    }

    /// Waits until all that was sent lies in the ring, or for at most `nanoseconds`.
    package func flush(nanoseconds: UInt64) {
        let end = Instant.now.advanced(byNanoseconds: nanoseconds)
        while sender.hasUnsent, Instant.now < end {
            flush()
            _ = unsafe clinux_futex_wait(peer.bell, peer.load32(RegionLayout.bell), 1_000_000)
        }
    }

    private func flush() {
        guard sender.isBehind else { return }
        if sender.flush().hasWritten { wake() }
    }

    // MARK: Receiving

    /// Takes the next record, and lends the frame that it makes whole to `take`; only who owns the ring may.
    ///
    /// - Returns: False when there is none now.
    @inline(__always)
    package func next(
        _ take: (borrowing IncomingFrame) -> Void
    ) throws(TransportError) -> Bool {
        try unsafe incoming.next(take)
    }

    /// Waits until there is something to take or the host has ended: looks for a while where that is
    /// worth it, then sleeps; only who owns the ring may.
    package func waitForMore() {
        flush()
        own.noteProcessor()
        bell.letHostOn()
        let isPatient = unsafe incoming.hasTakenLarge
        unsafe incoming.hasTakenLarge = false
        let isThere = budget.spin(isPatient: isPatient, while: { isWorthLooking }) {
            hasMore || hasEnded
        }
        if isThere || lookForComing() { return }
        var step = SleepStep.first
        var value: UInt32 = 0
        while true {
            switch step {
            case .noteBell: value = peer.load32(RegionLayout.bell)
            case .announce: own.store32(RegionLayout.lookers, Lookers.none)
            case .fence: clinux_fence()
            case .look:
                flush()
                bell.letHostOn()
                if hasMore || hasEnded {
                    own.store32(RegionLayout.lookers, 1)
                    return
                }
            case .sleep:
                _ = unsafe clinux_futex_wait(peer.bell, value, 0)
            case .withdraw:
                own.store32(RegionLayout.lookers, 1)
                own.noteProcessor()
                if hasMore || hasEnded { return }
                // It may have been rung because something is on its way.
                if lookForComing() { return }
            }
            step = step.next
        }
    }

    /// Looks for as long as the host says that something large is coming, and a moment longer.
    ///
    /// - Returns: Whether there is something.
    private func lookForComing() -> Bool {
        guard peer.load32(RegionLayout.coming) != 0 else { return false }
        let limit = Instant.now.advanced(byNanoseconds: Self.comingLimit)
        var end = limit
        while isWorthLooking, Instant.now < end {
            if hasMore || hasEnded { return true }
            if end == limit, peer.load32(RegionLayout.coming) == 0 {
                end = Instant.now.advanced(byNanoseconds: Self.comingGrace)
            }
            clinux_pause()
        }
        return false
    }

    @inline(__always)
    private var hasMore: Bool { peer.load(RegionLayout.head) != own.load(RegionLayout.tail) }

    /// Whether the host has given this worker a lease, and is on another processor.
    @inline(__always)
    private var isWorthLooking: Bool {
        peer.load32(RegionLayout.lease) != 0
            && peer.load32(RegionLayout.processor) != clinux_processor()
    }
}
