// SPDX-License-Identifier: Apache-2.0

internal import CLinux
internal import Glibc
internal import Synchronization

/// What takes the frames of a worker: in order, one thread at a time, whichever looked first.
public protocol FrameReader: AnyObject, Sendable {
    /// Takes a frame; must neither block nor look for more.
    ///
    /// - Parameter moment: When this look at the ring found something: the time, for who needs it to some
    ///   microseconds.
    func received(_ frame: borrowing IncomingFrame, at moment: Instant) -> FrameVerdict

    /// The worker broke the rules; nothing more is read of it.
    func broke(_ error: TransportError)
}

/// The host's end of the connection to one worker.
///
/// Any thread sends. Who waits for something of the worker looks for it itself (`look`, `wait`), and
/// so takes what there is for everybody; when nobody does, the worker rings for a reader thread.
public final class HostChannel: Sendable {
    /// At most so many records are taken before others have their turn: a message costs its host some
    /// microseconds, and a worker that floods is not to keep its neighbours waiting for longer than a
    /// wake-up takes.
    static let recordsPerPass = 16
    /// And at most so many bytes of large payloads, but for one that is larger than that.
    private static let bytesPerPass = 1 << 20
    /// More wake-ups and frames for nothing than this within a second, beyond those of use, and the
    /// worker does it on purpose.
    private static let spuriousLimit = 5_000

    struct Incoming: ~Copyable {
        var receiver: RingReceiver
        /// Until the end: reader and channel hold each other as long as there is something to say.
        var reader: (any FrameReader)?
        var hasEnded = false
        var spurious = 0
        var spuriousSince = Instant.distantPast
    }

    let own: SharedRegion
    let peer: SharedRegion
    let sender: RingSender
    let incoming: Mutex<Incoming>
    /// What the worker writes to when it wants a reader thread; never read, and never written to by
    /// its host: the worker may have filled it, or made it block.
    let eventfd: CInt
    /// Asks for the turn of a reader thread, once there is one.
    let turn = ReaderTurn()
    let leases: SpinLeases
    let budget: SpinBudget
    private let isLeased = Atomic(false)
    let sleeper = Sleeper()
    private let isClosed = Atomic(false)
    /// Calls that the worker has; one caller by itself looks for its outcome, of several nobody can
    /// say whose comes first.
    private let calls = Atomic<Int>(0)

    /// Whether nothing more is sent: no answer will come.
    var isOver: Bool { isClosed.load(ordering: .acquiring) }

    init(
        own: SharedRegion, peer: SharedRegion, eventfd: CInt, limits: FrameLimits,
        leases: SpinLeases
    ) {
        self.own = own
        self.peer = peer
        self.eventfd = eventfd
        self.leases = leases
        budget = SpinBudget(leases.wakeTime)
        own.store32(RegionLayout.wake, UInt32(clamping: budget.current))
        let sender = RingSender(own: own, peer: peer, limits: limits, ringsAhead: leases.isOn)
        self.sender = sender
        incoming = Mutex(
            Incoming(
                receiver: RingReceiver(
                    own: own, peer: peer, limits: limits,
                    lending: .copy(ReceivedBlocks(), own: sender.pool))))
    }

    deinit {
        Glibc.close(eventfd)
    }

    /// Says who takes the frames; what came before waits.
    public func attach(_ reader: any FrameReader) {
        incoming.withLock { $0.reader = reader }
    }

    /// How many of the calls sent to it the worker has begun; a claim.
    public var taken: UInt64 { peer.load(RegionLayout.taken) }

    /// Notes how many calls the worker has; who counts them calls this one at a time.
    @inline(__always)
    public func note(calls count: Int) { calls.store(count, ordering: .relaxed) }
    /// Whether there is but one call in the worker.
    var hasOneCall: Bool { calls.load(ordering: .relaxed) == 1 }
    var hasCalls: Bool { calls.load(ordering: .relaxed) > 0 }

    // MARK: Sending

    /// Sends frames, in order, and never waits for the worker.
    ///
    /// - Throws: `.tooLarge`, `.closed`: nothing was sent of the frame in question.
    public func send(_ frames: Frame...) throws(TransportError) {
        for frame in frames { try sender.send(frame) }
        wake()
    }

    /// Sends a call, its arguments copied from where they lie if there is room for them in the ring.
    ///
    /// - Parameter isWaiting: Whether this thread is about to `wait` for its end: it has entered then, however
    ///   this ends.
    /// - Returns: The how manieth call of the worker it is.
    /// - Throws: As `send`.
    package func sendCall(
        number: UInt64, deadline: UInt64, method: UInt32, _ arguments: UnsafeRawBufferPointer,
        isWaiting: Bool
    ) throws(TransportError) -> UInt64 {
        // A worker on this processor may take this thread's place as soon as it has the call, and would wake
        // another one with its answer. One on another takes longer than to say that somebody looks.
        let saysFirst = isWaiting && !isWorthLooking
        if saysFirst { enter() }
        defer { if isWaiting, !saysFirst { enter() } }
        var position = unsafe sender.sendInline(
            .invoke, number: number, argument: deadline, code: method, arguments)
        if position == nil {
            position = try sender.send(
                Frame(
                    .invoke, number: number, argument: deadline, code: method,
                    payload: unsafe Payload(copying: arguments)))
        }
        wake()
        return position ?? 0
    }

    /// Sends a call whose arguments may be large.
    ///
    /// - Returns: As the other one.
    package func sendCall(
        number: UInt64, deadline: UInt64, method: UInt32, _ arguments: Payload
    ) throws(TransportError) -> UInt64 {
        var position = unsafe arguments.withBytes {
            unsafe sender.sendInline(
                .invoke, number: number, argument: deadline, code: method, $0)
        }
        if position == nil {
            position = try sender.send(
                Frame(
                    .invoke, number: number, argument: deadline, code: method,
                    payload: arguments))
        }
        wake()
        return position ?? 0
    }

    /// Wakes the worker if it sleeps.
    @inline(__always)
    private func wake() {
        if !isLeased.load(ordering: .relaxed) { leases.request(self) }
        // What was published is to be seen by who looks for it after saying that it will sleep.
        clinux_fence()
        if peer.load32(RegionLayout.lookers) == Lookers.none { own.ring() }
    }

    /// Whether the worker may spin.
    var hasLease: Bool {
        get { isLeased.load(ordering: .relaxed) }
        set {
            isLeased.store(newValue, ordering: .relaxed)
            own.store32(RegionLayout.lease, newValue ? 1 : 0)
        }
    }

    // MARK: Receiving

    /// Takes what there is, if nobody else is at it.
    ///
    /// - Returns: Whether there was anything, or somebody.
    @discardableResult
    func drain(_ limit: Int = recordsPerPass) -> Bool {
        guard isReadable else { return false }
        if sender.isBehind { flush() }
        let isAny = incoming.withLockIfAvailable { Self.take(limit, &$0) } ?? true
        if isAny { letOtherSideOn() }
        // What was read may have been all that held back memory.
        if sender.pool.isAwaited { flush() }
        return isAny
    }

    /// Takes what there is, after whoever is at it, until a look finds nothing or `isDone`.
    ///
    /// - Returns: Whether anything was taken, or sent that had waited for room.
    func drainToTheEnd(until isDone: () -> Bool) -> Bool {
        var isAny = sender.isBehind && flush()
        // A worker that sends without a pause must not keep who has what he waited for.
        while isReadable, !isDone(), incoming.withLock({ Self.take(Self.recordsPerPass, &$0) }) {
            isAny = true
            letOtherSideOn()
        }
        // As in `drain`.
        if sender.pool.isAwaited, flush() { isAny = true }
        return isAny
    }

    /// Sends what waited for room, and says whether there was some.
    @discardableResult
    private func flush() -> Bool {
        let (hasWritten, isFurther) = sender.flush()
        // Who waits for memory only must not wake a worker that wakes it in turn.
        if hasWritten { wake() }
        return isFurther
    }

    /// Whether there seems to be something to do; asked without a lock.
    @inline(__always)
    private var isReadable: Bool { hasUnread || sender.isBehind }

    /// Whether there seems to be something to take, that is not of a worker which has lost the right.
    @inline(__always)
    var hasUnread: Bool {
        peer.load(RegionLayout.head) != own.load(RegionLayout.tail) && !isOver
    }

    private static func take(
        _ limit: Int, bytes: Int = bytesPerPass, _ state: inout Incoming
    ) -> Bool {
        guard !state.hasEnded, let reader = state.reader else { return false }
        var count = 0
        var idle = 0
        let before = state.receiver.position
        let copied = state.receiver.copiedBytes
        var fault: TransportError?
        let moment = Instant.now
        do throws(TransportError) {
            while count < limit, fault == nil, state.receiver.copiedBytes &- copied < bytes {
                let isThere = try state.receiver.next { frame in
                    switch reader.received(frame, at: moment) {
                    case .useful: break
                    // What was copied for nothing weighs more.
                    case .idle: idle += 1 + min(1000, frame.payloadCount >> 14)
                    case .breach(let words): fault = .malformed(words)
                    }
                }
                guard isThere else { break }
                count += 1
            }
        } catch {
            fault = error
        }
        // Pieces of a large payload count, too: they make room.
        let hasMoved = state.receiver.position != before
        // For each there may have been a wake-up that found it gone; a few don't buy thousands.
        state.spurious = max(0, state.spurious - max(0, count - idle))
        if let fault {
            state.hasEnded = true
            reader.broke(fault)
        } else if idle > 0 {
            note(idle, "it sends frames for nothing without end", &state)
        }
        return hasMoved
    }

    /// Begins to look: from now on the worker need not ring.
    ///
    /// Who says so looks soon, or says `leave`.
    public func enter() {
        own.noteProcessor()
        _ = own.add32(RegionLayout.lookers, 1)
    }

    /// Ends looking.
    ///
    /// From the last one on the worker rings again, so that one looks once more.
    public func leave() {
        guard own.add32(RegionLayout.lookers, 0 &- 1) == Lookers.none else { return }
        clinux_fence()
        // What is left beyond a pass is the reader thread's, which nobody would wake for it.
        if drain(), isReadable { turn.ask() }
    }

    /// Wakes the worker if it waits for room in its ring or its pool.
    private func letOtherSideOn() {
        // What was read is to be seen by who asks for room after this look.
        clinux_fence()
        guard peer.wantsSomething else { return }
        if peer.load32(RegionLayout.lookers) == Lookers.none { own.ring() }
    }

    /// A reader thread's turn: takes what there is.
    ///
    /// - Returns: Whether there may be more.
    func serve() -> Bool {
        enter()
        // It may have woken us because there is room again.
        let hasSent = sender.isBehind && flush()
        let isAny = drain()
        leave()
        if !isAny, !hasSent { noteSpurious() }
        return isAny && isReadable
    }

    /// Counts a wake-up that was for nothing.
    func noteSpurious() {
        incoming.withLock { Self.note(1, "it wakes its host without end", &$0) }
    }

    /// Counts what was for nothing; too much of it is a breach, for this reason.
    private static func note(_ count: Int, _ words: String, _ state: inout Incoming) {
        let now = Instant.now
        if now.nanoseconds(since: state.spuriousSince) > 1_000_000_000 {
            state.spuriousSince = now
            state.spurious = 0
        }
        state.spurious += count
        guard state.spurious > spuriousLimit, !state.hasEnded else { return }
        state.hasEnded = true
        state.reader?.broke(.malformed(words))
    }

    // MARK: The end

    /// Takes all that the worker has sent; after its death there will be no more.
    public func finish() {
        incoming.withLock { state in
            // No more than ring and pool hold was there when it ended, whoever goes on to write.
            _ = Self.take(peer.layout.lines, bytes: peer.layout.poolBytes, &state)
            state.hasEnded = true
            state.reader = nil
        }
        close()
    }

    /// Sends no more, and has the worker end.
    public func close() {
        guard !isClosed.exchange(true, ordering: .acquiringAndReleasing) else { return }
        leases.leave(self)
        sender.close()
        own.ring()
        nudge()
    }
}
