// SPDX-License-Identifier: Apache-2.0

internal import CLinux
internal import Synchronization

/// The memory that a side sends large payloads in: built or copied there, lent to the other side, free
/// again when neither side has it.
///
/// Any thread. Its lock is held for moments, never while bytes are copied.
@safe
package final class BufferPool: Sendable {
    private struct State: ~Copyable {
        var pool: PayloadPool
        /// Those who wait for room, in the order in which they came.
        var requests: [BufferRequest] = []
        var isClosed = false
    }

    private let own: SharedRegion
    private let peer: SharedRegion
    private let state: Mutex<State>
    private let hasRequests = Atomic(false)
    /// Who is given memory may do anything with it, and whoever made room, by dropping the last reference
    /// to a payload, may hold any lock.
    private static let giving = SerialThread(name: "bp-buffers")
    /// Whether the other side sleeps on this one's bell alone, as a worker does.
    private let ringsAhead: Bool
    private let lendLimit: Int

    /// - Parameter lendLimit: Larger payloads are not lent, wherever they lie: the other side copies what
    ///   it is lent, all at once, while others wait for it.
    init(
        own: SharedRegion, peer: SharedRegion, ringsAhead: Bool = false, lendLimit: Int = .max
    ) {
        self.own = own
        self.peer = peer
        self.ringsAhead = ringsAhead
        self.lendLimit = lendLimit
        state = Mutex(State(pool: PayloadPool(bytes: own.layout.poolBytes)))
    }

    /// Whether somebody waits for room.
    @inline(__always)
    var isAwaited: Bool { hasRequests.load(ordering: .relaxed) }

    /// How many bytes there are.
    package var bytes: Int { own.layout.poolBytes }

    /// How many bytes are taken.
    package var usedBytes: Int {
        state.withLock { state in
            reclaim(&state)
            return state.pool.used
        }
    }

    /// Whether payloads of this size that lie elsewhere are copied here.
    package func takesCopies(of size: Int) -> Bool {
        size <= PayloadPool.copyLimit && size <= bytes && !state.withLock { $0.isClosed }
    }

    // MARK: Taking

    /// Takes memory; nothing when there is no room now, or others wait for some.
    package func take(_ size: Int) -> PayloadBuffer? {
        lease(size).map { buffer($0, size) }
    }

    /// Takes memory as soon as there is room, in turn.
    package func take(_ request: BufferRequest) {
        let isPossible = state.withLock { state in
            guard !state.isClosed, request.size <= state.pool.bytes else { return false }
            state.requests.append(request)
            guard !isAwaited else { return true }
            hasRequests.store(true, ordering: .relaxed)
            own.store32(RegionLayout.wantsMemory, 1)
            // The other side may have given everything back before it could see that.
            clinux_fence()
            return true
        }
        if isPossible { serve() } else { give([(request, nil)]) }
    }

    /// Takes a request back.
    ///
    /// - Returns: False when it was served, or is being served.
    package func withdraw(_ request: BufferRequest) -> Bool {
        let wasThere = state.withLock { state in
            guard let place = state.requests.firstIndex(where: { $0 === request }) else {
                return false
            }
            state.requests.remove(at: place)
            noteRequests(&state)
            return true
        }
        // What it was too large for may be enough for those behind it.
        if wasThere { serve() }
        return wasThere
    }

    /// Gives what there is to those who wait.
    ///
    /// - Returns: Whether anything had come back.
    @discardableResult
    func serve() -> Bool {
        guard isAwaited else { return false }
        var served: [(BufferRequest, PayloadPool.Lease)] = []
        let hasMore = state.withLock { state in
            let before = state.pool.used
            reclaim(&state)
            let after = state.pool.used
            while let request = state.requests.first, let lease = state.pool.take(request.size) {
                served.append((request, lease))
                state.requests.removeFirst()
            }
            noteRequests(&state)
            return after < before
        }
        give(served.map { ($0, buffer($1, $0.size)) })
        return hasMore || !served.isEmpty
    }

    /// Gives nothing more, and says so to those who wait.
    func close() {
        let requests = state.withLock { state in
            state.isClosed = true
            defer {
                state.requests = []
                noteRequests(&state)
            }
            return state.requests
        }
        give(requests.map { ($0, nil) })
    }

    private func give(_ buffers: [(BufferRequest, PayloadBuffer?)]) {
        guard !buffers.isEmpty else { return }
        Self.giving.run {
            for (request, buffer) in buffers { request.give(buffer) }
        }
    }

    private func lease(_ size: Int) -> PayloadPool.Lease? {
        state.withLock { state in
            guard state.requests.isEmpty else { return nil }
            reclaim(&state)
            return state.pool.take(size)
        }
    }

    private func reclaim(_ state: inout State) {
        // First of all what came back: low places are warm, high ones are memory never used.
        state.pool.reclaim(
            written: { peer.load(RegionLayout.head) }, read: own.load(RegionLayout.tail)
        ) { peer.load32(RegionLayout.released + 4 * $0) }
    }

    private func noteRequests(_ state: inout State) {
        guard state.requests.isEmpty, isAwaited else { return }
        hasRequests.store(false, ordering: .relaxed)
        own.store32(RegionLayout.wantsMemory, 0)
    }

    private func buffer(_ lease: PayloadPool.Lease, _ size: Int) -> PayloadBuffer {
        unsafe PayloadBuffer(own.pool(lease.offset, size), lease, of: self)
    }

    // MARK: Filling

    /// Copies of fewer bytes take less time than waking somebody.
    private static let announcedSize = 128 << 10

    /// Copies what is about to be sent, with the other side awake by the time that it is there.
    ///
    /// A processor that sleeps takes as long to wake up as a mebibyte takes to copy.
    func copy(_ bytes: UnsafeRawBufferPointer, to memory: UnsafeMutableRawBufferPointer) {
        guard ringsAhead, bytes.count >= Self.announcedSize else {
            return unsafe memory.copyMemory(from: bytes)
        }
        _ = own.add32(RegionLayout.coming, 1)
        clinux_fence()
        if peer.load32(RegionLayout.lookers) == Lookers.none { own.ring() }
        unsafe memory.copyMemory(from: bytes)
        _ = own.add32(RegionLayout.coming, 0 &- 1)
    }

    // MARK: Lending

    /// Lends a payload: where it lies if that is here, else a copy.
    ///
    /// - Returns: Nothing where chunks are better: it is very large, or there is no room.
    func lend(_ payload: Payload) -> PayloadPool.Lease? {
        guard payload.count <= lendLimit else { return nil }
        if let place = payload.place(in: self) {
            return state.withLock { state in
                // Loans take indices, of which there are only so many.
                reclaim(&state)
                return state.pool.loan(place, size: payload.count)
            }
        }
        guard payload.count <= PayloadPool.copyLimit, let lease = lease(payload.count) else {
            return nil
        }
        let place = unsafe own.pool(lease.offset, payload.count)
        unsafe payload.withBytes { unsafe copy($0, to: place) }
        state.withLock { state in
            // Nothing here needs it any more: it is free once the other side gives it back.
            _ = state.pool.lend(lease)
            state.pool.drop(lease)
        }
        return lease
    }

    /// Takes what the other side sends that it has from here.
    ///
    /// Only this side writes there, so it is what it was when it was lent, whoever says so.
    ///
    /// - Returns: Nothing when the other side does not have it.
    func payload(_ loan: PayloadPool.Lease, count: Int) -> Payload? {
        let lease = state.withLock { $0.pool.hold(loan, count: count) }
        return lease.map { buffer($0, count).payload(0..<count) }
    }

    /// Takes back what was to be lent, and was not sent.
    func takeBack(_ loan: PayloadPool.Lease) {
        state.withLock { $0.pool.takeBack(loan) }
        serve()
    }

    /// Notes that nobody here holds a buffer any more.
    func drop(_ lease: PayloadPool.Lease) {
        state.withLock { $0.pool.drop(lease) }
        serve()
    }
}

/// Somebody who waits for room in a pool.
package final class BufferRequest: Sendable {
    let size: Int
    let give: @Sendable (PayloadBuffer?) -> Void

    /// Makes a request.
    ///
    /// - Parameter give: Called once, on a thread that holds no lock; must not block. It gets nothing when
    ///   the pool is closed first, or smaller than that.
    package init(_ size: Int, give: @escaping @Sendable (PayloadBuffer?) -> Void) {
        self.size = size
        self.give = give
    }
}
