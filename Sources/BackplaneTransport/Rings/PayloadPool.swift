// SPDX-License-Identifier: Apache-2.0

/// Which parts of a pool are lent, and to whom they still matter.
///
/// Pure: offsets and numbers, no memory. A buffer is free again once this side holds it no more and
/// the other side has given it back, as often as it got it. The lowest place that fits is taken, so
/// that little of a large pool is ever touched.
struct PayloadPool {
    /// A buffer that was taken.
    struct Lease: Equatable {
        let index: Int
        /// Told apart from earlier uses of the same index.
        let generation: UInt32
        let offset: Int
    }

    private struct Entry {
        var generation: UInt32 = 0
        var range: Range<Int> = 0..<0
        /// How many here hold it.
        var holds = 0
        var isLent = false
        /// When the other side has given it back, how far it had written by then: what it sent before
        /// may name the buffer.
        var readFirst: UInt64?
        /// How many loans there are of it; see `loan`.
        var loans = 0
        /// The buffer that this is a loan of, and the part of it that was lent.
        var origin: Int?
        var part: Range<Int> = 0..<0
    }

    private static let page = 4096
    /// Larger payloads that lie elsewhere are not copied here: they go through the ring in chunks,
    /// which is faster, as sending and receiving overlap.
    static let copyLimit = 16 << 20

    let bytes: Int
    private var entries: [Entry] = []
    private var unused: [Int] = []
    /// What is free, in order, never two that touch.
    private var free: [Range<Int>]
    /// The indices of buffers that the other side has.
    private(set) var lent: [Int] = []

    init(bytes: Int) {
        self.bytes = bytes
        free = bytes > 0 ? [0..<bytes] : []
    }

    /// How many bytes are taken.
    var used: Int { bytes - free.reduce(0) { $0 + $1.count } }

    /// Takes a buffer, held by this side; nothing when there is no room now.
    mutating func take(_ size: Int) -> Lease? {
        guard size >= 0, size <= bytes else { return nil }
        let rounded = max(Self.page, (size + Self.page - 1) & ~(Self.page - 1))
        guard let place = free.firstIndex(where: { $0.count >= rounded }) else { return nil }
        guard let index = unused.popLast() ?? addEntry() else { return nil }
        let start = free[place].lowerBound
        if free[place].count == rounded {
            free.remove(at: place)
        } else {
            free[place] = (start + rounded)..<free[place].upperBound
        }
        // 0 is what the other side's table holds before anything was given back.
        let generation = max(1, entries[index].generation &+ 1)
        entries[index] = Entry(
            generation: generation, range: start..<(start + rounded), holds: 1)
        return Lease(index: index, generation: generation, offset: start)
    }

    /// Whether a buffer may be lent: it is held, and was not lent before.
    func canLend(_ lease: Lease) -> Bool {
        isCurrent(lease) && !entries[lease.index].isLent
    }

    /// Notes that the other side gets a buffer.
    ///
    /// - Returns: False when it may not: one buffer is lent once.
    mutating func lend(_ lease: Lease) -> Bool {
        guard canLend(lease) else { return false }
        entries[lease.index].isLent = true
        lent.append(lease.index)
        return true
    }

    /// Lends a buffer that this side goes on holding, or part of it, under an index of its own: it may
    /// be lent several times, also at once.
    ///
    /// - Parameter size: Of the part, which begins where the lease says; all the rest when not given.
    /// - Returns: Nothing when it is not held, or no index is left.
    mutating func loan(_ lease: Lease, size: Int? = nil) -> Lease? {
        guard isCurrent(lease), entries[lease.index].holds > 0,
            let index = unused.popLast() ?? addEntry()
        else { return nil }
        let generation = max(1, entries[index].generation &+ 1)
        entries[index] = Entry(
            generation: generation, isLent: true, origin: lease.index,
            part: lease
                .offset..<(size.map { lease.offset + $0 }
                ?? entries[lease.index].range.upperBound))
        entries[lease.index].loans += 1
        lent.append(index)
        return Lease(index: index, generation: generation, offset: lease.offset)
    }

    /// Takes a loan back that the other side was never told of.
    mutating func takeBack(_ loan: Lease) {
        guard let place = lent.firstIndex(of: loan.index),
            entries[loan.index].generation == loan.generation
        else { return }
        lent.remove(at: place)
        entries[loan.index].isLent = false
        freeIfUnused(loan.index)
    }

    /// Holds what the other side has, and names as what it sends.
    ///
    /// - Returns: The buffer, which is to be dropped; nothing when it is not lent, or has no such part.
    mutating func hold(_ loan: Lease, count: Int) -> Lease? {
        guard entries.indices.contains(loan.index), entries[loan.index].isLent,
            entries[loan.index].generation == loan.generation
        else { return nil }
        let index = entries[loan.index].origin ?? loan.index
        // What else is in the buffer may still be written.
        let range =
            entries[loan.index].origin == nil ? entries[index].range : entries[loan.index].part
        guard range.contains(loan.offset) || count == 0, loan.offset >= range.lowerBound,
            loan.offset <= range.upperBound, count >= 0, count <= range.upperBound - loan.offset
        else { return nil }
        entries[index].holds += 1
        return Lease(index: index, generation: entries[index].generation, offset: loan.offset)
    }

    /// Notes that somebody here holds a buffer no more.
    mutating func drop(_ lease: Lease) {
        guard isCurrent(lease), entries[lease.index].holds > 0 else { return }
        entries[lease.index].holds -= 1
        freeIfUnused(lease.index)
    }

    /// Takes back what the other side has given back, by its own word, once all was read that it had sent
    /// before.
    ///
    /// - Parameters:
    ///   - written: How far it has written, asked after `released`; a claim.
    ///   - read: How far that was read.
    mutating func reclaim(
        written: () -> UInt64 = { 0 }, read: UInt64 = 0, _ released: (_ index: Int) -> UInt32
    ) {
        guard !lent.isEmpty else { return }
        var kept: [Int] = []
        for index in lent {
            if entries[index].readFirst == nil,
                released(index) == entries[index].generation
            {
                entries[index].readFirst = written()
            }
            if let first = entries[index].readFirst, Int64(bitPattern: read &- first) >= 0 {
                entries[index].isLent = false
                entries[index].readFirst = nil
                freeIfUnused(index)
            } else {
                kept.append(index)
            }
        }
        lent = kept
    }

    private func isCurrent(_ lease: Lease) -> Bool {
        entries[lease.index].generation == lease.generation
            && !entries[lease.index].range.isEmpty
    }

    private mutating func addEntry() -> Int? {
        guard entries.count < RegionLayout.leases else { return nil }
        entries.append(Entry())
        return entries.count - 1
    }

    private mutating func freeIfUnused(_ index: Int) {
        guard entries[index].holds == 0, !entries[index].isLent, entries[index].loans == 0 else {
            return
        }
        if let origin = entries[index].origin {
            entries[index].origin = nil
            unused.append(index)
            entries[origin].loans -= 1
            return freeIfUnused(origin)
        }
        var range = entries[index].range
        entries[index].range = 0..<0
        unused.append(index)
        var place = free.firstIndex { $0.lowerBound > range.lowerBound } ?? free.count
        if place < free.count, free[place].lowerBound == range.upperBound {
            range = range.lowerBound..<free[place].upperBound
            free.remove(at: place)
        }
        if place > 0, free[place - 1].upperBound == range.lowerBound {
            place -= 1
            range = free[place].lowerBound..<range.upperBound
            free.remove(at: place)
        }
        free.insert(range, at: place)
    }
}
