// SPDX-License-Identifier: Apache-2.0

/// The arithmetic of a ring of lines: where the next record goes, and what there is to read.
///
/// Pure. Cursors count lines since the beginning and only grow; a record never wraps around the end
/// of the ring, so a writer that has no room for it there fills up the rest first.
struct RingSpace {
    /// A power of two.
    let lines: UInt64

    init(lines: Int) {
        self.lines = UInt64(lines)
    }

    /// Where a record of `count` lines goes: after `skip` lines that nobody reads.
    ///
    /// Nothing when there is no room now. A record of half the ring or less always finds room once
    /// everything before it was read.
    func place(_ count: Int, head: UInt64, tail: UInt64) -> (skip: Int, index: Int)? {
        let index = head & (lines - 1)
        let toEnd = lines - index
        let needed = UInt64(count)
        let skip = needed <= toEnd ? 0 : toEnd
        guard needed <= lines, head &- tail &+ skip &+ needed <= lines else { return nil }
        return (Int(skip), Int((index + skip) & (lines - 1)))
    }

    /// How many lines there are to read, by the other side's word; nothing if that can't be.
    func readable(head: UInt64, tail: UInt64) -> UInt64? {
        let count = head &- tail
        return count <= lines ? count : nil
    }

    /// The place of a cursor, and the lines from there to the end of the ring.
    func position(_ cursor: UInt64) -> (index: Int, toEnd: UInt64) {
        let index = cursor & (lines - 1)
        return (Int(index), lines - index)
    }
}
