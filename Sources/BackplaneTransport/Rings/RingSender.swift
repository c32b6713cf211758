// SPDX-License-Identifier: Apache-2.0

internal import CLinux
internal import Synchronization

/// Writes frames into this side's ring, in order; what it has no room for waits in this process.
///
/// Any thread. Never waits for the other side.
final class RingSender: Sendable {
    /// What could not be written yet.
    private enum Waiting {
        case frame(Frame)
        case chunks(of: Payload, from: Int)
    }

    private struct State: ~Copyable {
        /// Where the next record goes; the published head is a copy.
        var head: UInt64 = 0
        /// How far the other side had read when this was last looked at.
        var tail: UInt64 = 0
        var waiting: [Waiting] = []
        /// Those before this one are written.
        var first = 0
        var waitingBytes = 0
        var isClosed = false
        /// How many calls were sent, those that wait for room among them.
        var calls: UInt64 = 0

        var isWaiting: Bool { first < waiting.count }
    }

    private let own: SharedRegion
    private let peer: SharedRegion
    private let space: RingSpace
    private let limits: FrameLimits
    /// Where large payloads are; others take memory of it too, to build theirs in place.
    let pool: BufferPool
    private let state: Mutex<State>
    /// Whether something waits, for who has no time to take the lock.
    private let hasWaiting = Atomic(false)

    /// - Parameters:
    ///   - ringsAhead: Whether the other side is woken while a large payload is copied.
    ///   - lendLimit: See `BufferPool`.
    init(
        own: SharedRegion, peer: SharedRegion, limits: FrameLimits, ringsAhead: Bool = false,
        lendLimit: Int = .max
    ) {
        self.own = own
        self.peer = peer
        self.limits = limits
        space = RingSpace(lines: own.layout.lines)
        pool = BufferPool(
            own: own, peer: peer, ringsAhead: ringsAhead, lendLimit: lendLimit)
        state = Mutex(State())
    }

    /// Whether something waits for room, in the ring or in the pool.
    @inline(__always)
    var isBehind: Bool { hasWaiting.load(ordering: .relaxed) || pool.isAwaited }

    /// Whether frames wait for room.
    var hasUnsent: Bool { hasWaiting.load(ordering: .relaxed) }

    /// How far it has written, in lines.
    var position: UInt64 { state.withLock { $0.head } }

    /// How many bytes wait for room.
    var waitingBytes: Int { state.withLock { $0.waitingBytes } }

    /// How many bytes of the pool are taken.
    var usedPoolBytes: Int { pool.usedBytes }

    // MARK: Sending

    /// Writes a frame, or has it wait for room.
    ///
    /// Who has sent looks afterwards whether the other side wants to be woken.
    ///
    /// - Returns: How many calls were sent so far.
    /// - Throws: `.tooLarge`, nothing was sent; `.closed`.
    @discardableResult
    func send(_ frame: borrowing Frame) throws(TransportError) -> UInt64 {
        try check(frame.payload.count, frame.fields.count)
        let frame = copy frame
        let calls = state.withLock { state -> UInt64? in
            guard !state.isClosed else { return nil }
            if state.isWaiting { flush(&state) }
            if state.isWaiting || !write(frame, &state) { wait(.frame(frame), &state) }
            if frame.kind == .invoke { state.calls += 1 }
            return state.calls
        }
        guard let calls else { throw .channelClosed }
        return calls
    }

    /// Writes a frame without fields whose payload lies somewhere; for what is sent most often.
    ///
    /// - Returns: How many calls were sent so far; nothing when it has to go the other way, as a frame of its
    ///   own.
    @inline(__always)
    func sendInline(
        _ kind: FrameKind, number: UInt64, argument: UInt64, code: UInt32,
        _ payload: UnsafeRawBufferPointer
    ) -> UInt64? {
        guard payload.count <= FrameRecord.inlineLimit else { return nil }
        let record = FrameRecord(
            kind: kind.rawValue, form: .inline, code: code, number: number, argument: argument,
            payloadCount: payload.count)
        return state.withLock { state in
            guard !state.isClosed, !state.isWaiting,
                let line = unsafe place(record.lines, &state)
            else { return nil }
            unsafe Self.write(record, to: line)
            if let base = payload.baseAddress {
                unsafe (line + FrameRecord.size).copyMemory(
                    from: base, byteCount: payload.count)
            }
            publish(record.lines, &state)
            if kind == .invoke { state.calls += 1 }
            return state.calls
        }
    }

    private func check(_ payload: Int, _ fields: Int) throws(TransportError) {
        guard payload <= limits.payload else {
            throw TransportError(
                .tooLarge, "a payload of \(payload) bytes is over the limit of \(limits.payload)")
        }
        guard fields <= FrameLimits.fields else {
            throw TransportError(.tooLarge, "\(fields) bytes of fields are too many")
        }
    }

    /// Writes what waits, and gives memory to those who wait for it, as far as there is room.
    ///
    /// - Returns: Whether anything was written, which the other side is to be woken for, and whether
    ///   anything came of it at all.
    func flush() -> (hasWritten: Bool, isFurther: Bool) {
        guard isBehind else { return (false, false) }
        let hasWritten = state.withLock { state in
            let before = state.head
            if state.isWaiting { flush(&state) }
            return state.head != before
        }
        let hasServed = pool.serve()
        return (hasWritten, hasWritten || hasServed)
    }

    /// Sends nothing any more; what waits is dropped.
    func close() {
        state.withLock { state in
            state.isClosed = true
            clear(&state)
        }
        own.store32(RegionLayout.ended, 1)
        pool.close()
    }

    // MARK: Writing

    private func wait(_ entry: Waiting, _ state: inout State) {
        state.waiting.append(entry)
        state.waitingBytes += Self.bytes(entry)
        guard !hasWaiting.load(ordering: .relaxed) else { return }
        hasWaiting.store(true, ordering: .relaxed)
        own.store32(RegionLayout.wantsRoom, 1)
        // The other side may have read everything before it could see that.
        clinux_fence()
        flush(&state)
    }

    private static func bytes(_ entry: Waiting) -> Int {
        switch entry {
        case .frame(let frame): FrameRecord.size + frame.fields.count + frame.payload.count
        case .chunks(let payload, let offset): payload.count - offset
        }
    }

    private func flush(_ state: inout State) {
        while state.isWaiting {
            let entry = state.waiting[state.first]
            switch entry {
            case .frame(let frame):
                // It may put chunks in its place, which come next.
                guard write(frame, &state) else { return }
                if case .frame = state.waiting[state.first] { state.first += 1 }
                state.waitingBytes -= FrameRecord.size + frame.fields.count + frame.payload.count
            case .chunks(let payload, let offset):
                let count = min(FrameRecord.chunkLimit, payload.count - offset)
                guard writeChunk(payload, offset, count, &state) else { return }
                state.waitingBytes -= count
                if offset + count == payload.count {
                    state.first += 1
                } else {
                    state.waiting[state.first] = .chunks(of: payload, from: offset + count)
                }
            }
            if state.first > 256, state.first * 2 > state.waiting.count {
                state.waiting.removeFirst(state.first)
                state.first = 0
            }
        }
        clear(&state)
        own.store32(RegionLayout.wantsRoom, 0)
    }

    private func clear(_ state: inout State) {
        state.waiting = []
        state.first = 0
        state.waitingBytes = 0
        hasWaiting.store(false, ordering: .relaxed)
    }

    /// Writes a frame if there is room; of a very large payload the chunks are left to wait.
    private func write(_ frame: Frame, _ state: inout State) -> Bool {
        var record = FrameRecord(
            kind: frame.kind.rawValue, form: .inline, code: frame.code, number: frame.number,
            argument: frame.argument, fieldCount: frame.fields.count,
            payloadCount: frame.payload.count)
        guard frame.payload.count > FrameRecord.inlineLimit else {
            return put(record, frame.fields, inline: frame.payload, &state)
        }
        if let loan = frame.payload.loan(of: peer) {
            record.form = .returned
            record.lease = UInt16(loan.index)
            record.generation = loan.generation
            record.offset = UInt64(loan.offset)
            return put(record, frame.fields, inline: nil, &state)
        }
        record.form = .lent
        if let loan = pool.lend(frame.payload) {
            record.lease = UInt16(loan.index)
            record.generation = loan.generation
            record.offset = UInt64(loan.offset)
            let isPut = put(record, frame.fields, inline: nil, &state)
            if !isPut { pool.takeBack(loan) }
            return isPut
        }
        record.form = .chunked
        guard put(record, frame.fields, inline: nil, &state) else { return false }
        let chunks = Waiting.chunks(of: frame.payload, from: 0)
        if state.isWaiting, case .frame = state.waiting[state.first] {
            state.waiting[state.first] = chunks
            state.waitingBytes += frame.payload.count
        } else {
            wait(chunks, &state)
        }
        return true
    }

    private func writeChunk(
        _ payload: Payload, _ offset: Int, _ count: Int, _ state: inout State
    ) -> Bool {
        let record = FrameRecord(kind: 0, form: .chunk, payloadCount: count)
        guard let line = unsafe place(record.lines, &state) else { return false }
        unsafe Self.write(record, to: line)
        unsafe payload.withBytes {
            unsafe UnsafeMutableRawBufferPointer(start: line + FrameRecord.size, count: count)
                .copyMemory(from: UnsafeRawBufferPointer(rebasing: $0[offset..<offset + count]))
        }
        publish(record.lines, &state)
        return true
    }

    private func put(
        _ record: FrameRecord, _ fields: [UInt8], inline payload: Payload?, _ state: inout State
    ) -> Bool {
        guard let line = unsafe place(record.lines, &state) else { return false }
        unsafe Self.write(record, to: line)
        let rest = unsafe UnsafeMutableRawBufferPointer(
            start: line + FrameRecord.size, count: record.fieldCount + record.payloadCount)
        unsafe rest.copyBytes(from: fields)
        if let payload {
            unsafe payload.withBytes {
                unsafe UnsafeMutableRawBufferPointer(rebasing: rest[fields.count...])
                    .copyMemory(from: $0)
            }
        }
        publish(record.lines, &state)
        return true
    }

    /// A place for so many lines, or nothing when there is no room.
    @inline(__always)
    private func place(_ lines: Int, _ state: inout State) -> UnsafeMutableRawPointer? {
        var found = space.place(lines, head: state.head, tail: state.tail)
        if found == nil {
            let tail = peer.load(RegionLayout.tail)
            // A claim: beyond what was sent it means nothing, and backwards neither.
            guard state.head &- tail <= state.head &- state.tail else { return nil }
            state.tail = tail
            found = space.place(lines, head: state.head, tail: tail)
        }
        guard let (skip, index) = found else { return nil }
        if skip > 0 {
            let filler = FrameRecord(kind: 0, form: .filler)
            unsafe Self.write(filler, to: own.line(space.position(state.head).index))
            state.head &+= UInt64(skip)
        }
        return unsafe own.line(index)
    }

    @inline(__always)
    private static func write(_ record: FrameRecord, to line: UnsafeMutableRawPointer) {
        let words = record.words
        unsafe line.storeBytes(of: words.0, as: UInt64.self)
        unsafe line.storeBytes(of: words.1, toByteOffset: 8, as: UInt64.self)
        unsafe line.storeBytes(of: words.2, toByteOffset: 16, as: UInt64.self)
        unsafe line.storeBytes(of: words.3, toByteOffset: 24, as: UInt64.self)
        unsafe line.storeBytes(of: words.4, toByteOffset: 32, as: UInt64.self)
        unsafe line.storeBytes(of: words.5, toByteOffset: 40, as: UInt64.self)
    }

    @inline(__always)
    private func publish(_ lines: Int, _ state: inout State) {
        state.head &+= UInt64(lines)
        own.store(RegionLayout.head, state.head)
        // The other side has read what lay here before: to have the lines back takes as long as much of the
        // way to the next frame.
        own.expectToWrite(line: space.position(state.head).index)
    }
}
