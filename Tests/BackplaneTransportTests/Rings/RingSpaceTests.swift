// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import BackplaneTransport

struct RingSpaceTests {
    private static let sizes = [1, 2, 4, 8, 16]
    /// Where cursors begin: at 0, and where they run over.
    private static let beginnings: [UInt64] = [0, 0 &- 17]

    /// Where a record goes by the words of the rule: line by line, from `head` on.
    private static func naivePlace(
        _ count: Int, lines: Int, head: UInt64, tail: UInt64
    ) -> (skip: Int, index: Int)? {
        let taken = Int(head &- tail)
        for skip in 0...lines {
            let start = Int((head &+ UInt64(skip)) % UInt64(lines))
            // Either where the last record ended, or at the ring's beginning.
            guard skip == 0 || start == 0, start + count <= lines else { continue }
            return taken + skip + count <= lines ? (skip, start) : nil
        }
        return nil
    }

    @Test(arguments: sizes, beginnings)
    func `a record goes where a naive model puts it`(_ lines: Int, _ beginning: UInt64) {
        let space = RingSpace(lines: lines)
        var tried = 0
        for shift in 0..<UInt64(2 * lines) {
            let tail = beginning &+ shift
            for used in 0...lines {
                for count in 1...(lines + 2) {
                    let head = tail &+ UInt64(used)
                    let found = space.place(count, head: head, tail: tail)
                    let right = Self.naivePlace(count, lines: lines, head: head, tail: tail)
                    #expect(found?.skip == right?.skip)
                    #expect(found?.index == right?.index)
                    tried += 1
                }
            }
        }
        #expect(tried == 2 * lines * (lines + 1) * (lines + 2))
    }

    @Test(arguments: sizes, beginnings)
    func `what is placed never touches what was not read`(_ lines: Int, _ beginning: UInt64) {
        let space = RingSpace(lines: lines)
        for shift in 0..<UInt64(lines) {
            for used in 0...lines {
                let tail = beginning &+ shift
                let unread = Set((0..<used).map { space.position(tail &+ UInt64($0)).index })
                for count in 1...lines {
                    guard
                        let (skip, index) = space.place(
                            count, head: tail &+ UInt64(used), tail: tail)
                    else { continue }
                    #expect(index + count <= lines)
                    #expect(unread.isDisjoint(with: index..<index + count))
                    // A filler lies in lines that are free, too.
                    let next = space.position(tail &+ UInt64(used)).index
                    if skip > 0 { #expect(!unread.contains(next)) }
                }
            }
        }
    }

    @Test(arguments: sizes, beginnings)
    func `half the ring or less finds room once all was read`(
        _ lines: Int, _ beginning: UInt64
    ) {
        let space = RingSpace(lines: lines)
        for shift in 0..<UInt64(lines) {
            let cursor = beginning &+ shift
            for count in 0...(lines / 2) {
                #expect(space.place(count, head: cursor, tail: cursor) != nil)
            }
        }
        // One line more does not, from somewhere: the bound is exact.
        guard lines > 2 else { return }
        let isStuck = (0..<UInt64(lines)).contains {
            space.place(lines / 2 + 1, head: $0, tail: $0) == nil
        }
        #expect(isStuck)
    }

    @Test(arguments: sizes)
    func `only what can be there is readable`(_ lines: Int) {
        let space = RingSpace(lines: lines)
        for tail in [0, 5, UInt64.max, UInt64.max - 3] {
            for distance in -40...40 {
                let head = tail &+ UInt64(bitPattern: Int64(distance))
                let isPossible = (0...lines).contains(distance)
                #expect(
                    space.readable(head: head, tail: tail)
                        == (isPossible ? UInt64(distance) : nil))
            }
        }
    }

    @Test(arguments: sizes)
    func `a cursor's place is its remainder`(_ lines: Int) {
        let space = RingSpace(lines: lines)
        for cursor in Array(0...UInt64(3 * lines)) + [.max, .max - 1] {
            let (index, toEnd) = space.position(cursor)
            #expect(UInt64(index) == cursor % UInt64(lines))
            #expect(toEnd == UInt64(lines - index))
        }
    }

    @Test func `the largest record is half of the smallest ring`() {
        let layout = RegionLayout(ringBytes: 0)
        let record = FrameRecord(
            kind: 0, form: .inline, fieldCount: FrameLimits.fields,
            payloadCount: FrameRecord.inlineLimit)
        let chunk = FrameRecord(kind: 0, form: .chunk, payloadCount: FrameRecord.chunkLimit)
        #expect(record.lines <= layout.lines / 2)
        #expect(chunk.lines <= layout.lines / 2)
    }
}
