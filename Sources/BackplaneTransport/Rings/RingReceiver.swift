// SPDX-License-Identifier: Apache-2.0

internal import Glibc

/// Reads the frames of the other side's ring, trusting none of it.
///
/// One thread at a time.
@safe
struct RingReceiver: ~Copyable, @unchecked Sendable {
    // SAFETY: it can't be copied and owns its memory alone, so who has it may hand it on.

    /// What becomes of a buffer that the other side lends.
    enum Lending {
        /// It is copied at once and given back: its lender may change it.
        /// What lies in this side's own pool is taken as it is.
        case copy(ReceivedBlocks, own: BufferPool)
        /// It is read where it lies, and given back when nobody reads it any more; then the closure
        /// is called.
        case borrow(@Sendable () -> Void)
    }

    /// A frame whose payload comes in chunks.
    @safe
    private struct Partial {
        var record: FrameRecord
        var kind: FrameKind
        var fields: [UInt8]
        var memory: UnsafeMutableRawBufferPointer
        var filled = 0
    }

    private let own: SharedRegion
    private let peer: SharedRegion
    private let space: RingSpace
    private let limits: FrameLimits
    private let lending: Lending
    private var tail: UInt64 = 0
    /// How far the other side had written when this was last looked at.
    private var head: UInt64 = 0
    private var partial: Partial?
    /// Whether large payloads have come, until somebody says that this is known.
    var hasTakenLarge = false
    /// How many bytes of lent buffers were copied.
    private(set) var copiedBytes = 0

    init(own: SharedRegion, peer: SharedRegion, limits: FrameLimits, lending: Lending) {
        self.own = own
        self.peer = peer
        self.limits = limits
        self.lending = lending
        space = RingSpace(lines: peer.layout.lines)
    }

    deinit {
        if let partial { unsafe free(partial.memory.baseAddress) }
    }

    /// Whether there is something to read.
    @inline(__always)
    var hasMore: Bool { head != tail || peer.load(RegionLayout.head) != tail }

    /// How far the other side has been read, in lines.
    var position: UInt64 { tail }

    /// Takes the next record, and lends the frame that it makes whole to `take`.
    ///
    /// One record, so that a pass is bounded whatever the other side writes meanwhile.
    ///
    /// - Returns: False when there is none now.
    /// - Throws: `.malformed`: the other side broke the rules, and the ring is of no more use.
    @inline(__always)
    mutating func next(
        _ take: (borrowing IncomingFrame) -> Void
    ) throws(TransportError) -> Bool {
        if head == tail {
            head = peer.load(RegionLayout.head)
            if head == tail { return false }
        }
        guard let available = space.readable(head: head, tail: tail) else {
            throw .malformed("the ring's end is where it can't be")
        }
        let (index, toEnd) = space.position(tail)
        let record = try FrameRecord(
            words: peer.words(index), available: available, toEnd: toEnd, limits: limits,
            poolBytes: peer.layout.poolBytes)
        try handle(record, index, take)
        advance(record.form == .filler ? toEnd : UInt64(record.lines))
        return true
    }

    @inline(__always)
    private mutating func advance(_ lines: UInt64) {
        tail &+= lines
        own.store(RegionLayout.tail, tail)
    }

    /// Takes a record.
    @inline(__always)
    private mutating func handle(
        _ record: FrameRecord, _ index: Int, _ take: (borrowing IncomingFrame) -> Void
    ) throws(TransportError) {
        if record.form == .filler { return }
        if record.form == .chunk {
            return try add(record, index, take)
        }
        guard partial == nil else { throw .malformed("a frame came amid another") }
        guard let kind = FrameKind(rawValue: record.kind) else {
            throw .malformed("a frame is of unknown kind \(record.kind)")
        }
        let fields = unsafe UnsafeRawBufferPointer(
            start: peer.line(index) + FrameRecord.size, count: record.fieldCount)
        let body: IncomingFrame.Body
        switch record.form {
        case .inline:
            body = unsafe .inline(
                UnsafeRawBufferPointer(
                    start: peer.line(index) + FrameRecord.size + record.fieldCount,
                    count: record.payloadCount))
        case .lent:
            body = .whole(try lent(record))
        case .returned:
            body = .whole(try returned(record))
        default:
            return try begin(record, kind, unsafe [UInt8](fields))
        }
        take(
            unsafe IncomingFrame(
                kind: kind, number: record.number, argument: record.argument, code: record.code,
                fieldBytes: fields, body: body))
    }

    // MARK: Payloads that are not in the ring

    private mutating func lent(_ record: FrameRecord) throws(TransportError) -> Payload {
        hasTakenLarge = true
        if case .copy = lending, record.payloadCount > PayloadPool.copyLimit {
            throw .malformed(
                "a frame lends \(record.payloadCount) bytes; \(PayloadPool.copyLimit) are allowed")
        }
        let bytes = unsafe UnsafeRawBufferPointer(
            peer.pool(Int(record.offset), record.payloadCount))
        let place = RegionLayout.released + 4 * Int(record.lease)
        let generation = record.generation
        switch lending {
        case .copy(let blocks, _):
            guard let copy = unsafe blocks.copy(bytes) else {
                throw TransportError(.system, "no memory for a payload of \(bytes.count) bytes")
            }
            own.store32(place, generation)
            copiedBytes &+= bytes.count
            return copy
        case .borrow(let released):
            // The closure keeps the mapping of the buffer, too.
            let (own, peer) = (own, peer)
            let loan = PayloadLoan(
                memory: peer,
                lease: PayloadPool.Lease(
                    index: Int(record.lease), generation: generation,
                    offset: Int(record.offset)))
            return Payload(
                region: unsafe PayloadRegion(bytes, on: loan) {
                    withExtendedLifetime(peer) { own.store32(place, generation) }
                    released()
                })
        }
    }

    private func returned(_ record: FrameRecord) throws(TransportError) -> Payload {
        let loan = PayloadPool.Lease(
            index: Int(record.lease), generation: record.generation,
            offset: Int(clamping: record.offset))
        guard case .copy(_, let pool) = lending,
            let payload = pool.payload(loan, count: record.payloadCount)
        else { throw .malformed("a frame names a buffer that its sender does not have") }
        return payload
    }

    private mutating func begin(
        _ record: FrameRecord, _ kind: FrameKind, _ fields: [UInt8]
    ) throws(TransportError) {
        // malloc, because a claim that there is no memory for must not end the process.
        guard let base = unsafe malloc(max(1, record.payloadCount)) else {
            throw TransportError(
                .system, "no memory for a payload of \(record.payloadCount) bytes")
        }
        let memory = unsafe UnsafeMutableRawBufferPointer(start: base, count: record.payloadCount)
        partial = unsafe Partial(record: record, kind: kind, fields: fields, memory: memory)
    }

    private mutating func add(
        _ record: FrameRecord, _ index: Int, _ take: (borrowing IncomingFrame) -> Void
    ) throws(TransportError) {
        guard var current = partial,
            record.payloadCount > 0,
            unsafe record.payloadCount <= current.memory.count - current.filled
        else { throw .malformed("a piece of a payload belongs to none") }
        // SAFETY: `begin` has allocated it, and the piece ends within it.
        unsafe (current.memory.baseAddress.unsafelyUnwrapped + current.filled).copyMemory(
            from: peer.line(index) + FrameRecord.size, byteCount: record.payloadCount)
        current.filled += record.payloadCount
        guard unsafe current.filled == current.memory.count else {
            partial = current
            return
        }
        partial = nil
        // SAFETY: nobody writes to it any more, and it is freed once, by the region.
        nonisolated(unsafe) let base = unsafe current.memory.baseAddress
        let payload = Payload(
            region: unsafe PayloadRegion(UnsafeRawBufferPointer(current.memory)) {
                unsafe free(base)
            })
        unsafe current.fields.withUnsafeBytes { fields in
            take(
                unsafe IncomingFrame(
                    kind: current.kind, number: current.record.number,
                    argument: current.record.argument, code: current.record.code,
                    fieldBytes: fields, body: .whole(payload)))
        }
    }
}
