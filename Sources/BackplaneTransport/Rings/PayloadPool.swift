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
        var isHeld = false
        var isLent = false
        /// How many loans there are of it; see `loan`.
        var loans = 0
        /// The buffer that this is a loan of.
        var origin: Int?
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
            generation: generation, range: start..<(start + rounded), isHeld: true)
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
    /// - Returns: Nothing when it is not held, or no index is left.
    mutating func loan(_ lease: Lease) -> Lease? {
        guard isCurrent(lease), entries[lease.index].isHeld,
            let index = unused.popLast() ?? addEntry()
        else { return nil }
        let generation = max(1, entries[index].generation &+ 1)
        entries[index] = Entry(generation: generation, isLent: true, origin: lease.index)
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

    /// Notes that this side holds a buffer no more.
    mutating func drop(_ lease: Lease) {
        guard isCurrent(lease) else { return }
        entries[lease.index].isHeld = false
        freeIfUnused(lease.index)
    }

    /// Takes back what the other side has given back, by its own word.
    mutating func reclaim(_ released: (_ index: Int) -> UInt32) {
        guard !lent.isEmpty else { return }
        var kept: [Int] = []
        for index in lent {
            if released(index) == entries[index].generation {
                entries[index].isLent = false
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
        guard !entries[index].isHeld, !entries[index].isLent, entries[index].loans == 0 else {
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
