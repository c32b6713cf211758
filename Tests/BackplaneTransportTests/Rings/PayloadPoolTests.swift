// SPDX-License-Identifier: Apache-2.0

import OracleSupport
import Testing

@testable import BackplaneTransport

struct PayloadPoolTests {
    private static let page = 4096

    @Test func `the lowest place that fits is taken`() throws {
        var pool = PayloadPool(bytes: 8 * Self.page)
        let first = try pool.lease(1)
        let second = try pool.lease(2 * Self.page)
        let third = try pool.lease(0)
        #expect([first, second, third].map(\.offset) == [0, Self.page, 3 * Self.page])
        pool.drop(first)
        pool.drop(second)
        // Both places are one now.
        #expect(try pool.lease(3 * Self.page).offset == 0)
        #expect(pool.take(5 * Self.page) == nil)
        #expect(try pool.lease(4 * Self.page).offset == 4 * Self.page)
        #expect(pool.used == 8 * Self.page)
        #expect(pool.take(0) == nil)
    }

    @Test func `sizes that can't be are refused`() {
        var pool = PayloadPool(bytes: Self.page)
        for size in [-1, Int.min, Self.page + 1, Int.max] { #expect(pool.take(size) == nil) }
        var none = PayloadPool(bytes: 0)
        #expect(none.take(0) == nil)
    }

    @Test func `a buffer is lent once, and free when neither side has it`() throws {
        var pool = PayloadPool(bytes: Self.page)
        let lease = try pool.lease(8)
        let lent = (pool.lend(lease), pool.lend(lease))
        #expect(lent == (true, false))
        pool.drop(lease)
        #expect(pool.take(8) == nil)
        pool.reclaim { _ in lease.generation &+ 1 }
        #expect(pool.take(8) == nil)
        pool.reclaim { _ in lease.generation }
        let next = try pool.lease(8)
        #expect(next.index == lease.index)
        #expect(next.generation != lease.generation)
        // The earlier one is worth nothing any more.
        #expect(!pool.canLend(lease))
        pool.drop(lease)
        #expect(pool.used == Self.page)
    }

    @Test func `so many buffers and no more`() {
        var pool = PayloadPool(bytes: 2 * RegionLayout.leases * Self.page)
        let leases = (0..<RegionLayout.leases).compactMap { _ in pool.take(1) }
        #expect(Set(leases.map(\.index)) == Set(0..<RegionLayout.leases))
        #expect(pool.take(1) == nil)
        for lease in leases { pool.drop(lease) }
        #expect(pool.used == 0)
    }

    /// What a pool should know, kept the simple way: one entry for each page.
    private struct Model {
        struct Buffer {
            var lease: PayloadPool.Lease
            var pages: Range<Int>
            var isHeld = true
            var isLent = false
        }

        var owners: [Int?]
        var buffers: [Int: Buffer] = [:]
        /// The other side's table.
        var released: [UInt32]
        var count = 0

        init(pages: Int) {
            owners = Array(repeating: nil, count: pages)
            released = Array(repeating: 0, count: RegionLayout.leases)
        }

        func lowest(_ pages: Int) -> Int? {
            (0...owners.count).first { start in
                start + pages <= owners.count
                    && owners[start..<start + pages].allSatisfy { $0 == nil }
            }
        }

        mutating func freeIfUnused(_ key: Int) {
            guard let buffer = buffers[key], !buffer.isHeld, !buffer.isLent else { return }
            for page in buffer.pages { owners[page] = nil }
            buffers[key] = nil
        }

        /// What reclaiming should come to.
        mutating func reclaim() {
            for (key, buffer) in buffers
            where buffer.isLent && released[buffer.lease.index] == buffer.lease.generation {
                buffers[key]?.isLent = false
                freeIfUnused(key)
            }
        }
    }

    @Test(arguments: 1...12)
    func `any order of events leaves what a naive model says`(_ seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let pages = Int.random(in: 1...48, using: &random)
        var pool = PayloadPool(bytes: pages * Self.page)
        var model = Model(pages: pages)
        for _ in 0..<4000 {
            let key = model.buffers.keys.sorted().randomElement(using: &random)
            switch Int.random(in: 0..<6, using: &random) {
            case 0, 1:
                try take(Int.random(in: 0...(pages / 3 + 1) * Self.page, using: &random))
            case 2:
                guard let key, let buffer = model.buffers[key] else { break }
                let isFirst = !buffer.isLent
                let isLent = pool.lend(buffer.lease)
                #expect(isLent == isFirst)
                model.buffers[key]?.isLent = true
            case 3:
                guard let key, let buffer = model.buffers[key] else { break }
                pool.drop(buffer.lease)
                model.buffers[key]?.isHeld = false
                model.freeIfUnused(key)
            case 4:
                // The other side gives something back, or writes what comes to its mind.
                guard let key, let buffer = model.buffers[key] else { break }
                model.released[buffer.lease.index] =
                    Bool.random(using: &random)
                    ? buffer.lease.generation : UInt32.random(in: 0...3, using: &random)
            default:
                pool.reclaim { model.released[$0] }
                model.reclaim()
            }
            #expect(pool.used == model.owners.count { $0 != nil } * Self.page)
            #expect(pool.lent.count == model.buffers.values.count { $0.isLent })
        }
        // In the end everything comes back, and the pool is one piece.
        for (key, buffer) in model.buffers {
            pool.drop(buffer.lease)
            model.buffers[key]?.isHeld = false
            if buffer.isLent { model.released[buffer.lease.index] = buffer.lease.generation }
        }
        pool.reclaim { model.released[$0] }
        #expect(pool.used == 0)
        #expect(pool.lent.isEmpty)
        #expect(pool.take(pages * Self.page)?.offset == 0)

        func take(_ size: Int) throws {
            let needed = max(1, (size + Self.page - 1) / Self.page)
            let lowest = model.lowest(needed)
            guard let lease = pool.take(size) else {
                #expect(lowest == nil || size > pages * Self.page)
                return
            }
            let start = try #require(lowest)
            #expect(lease.offset == start * Self.page)
            for page in start..<start + needed {
                #expect(model.owners[page] == nil)
                model.owners[page] = model.count
            }
            #expect(!model.buffers.values.contains { $0.lease.index == lease.index })
            model.buffers[model.count] = Model.Buffer(
                lease: lease, pages: start..<start + needed)
            model.count += 1
        }
    }
}

extension PayloadPool {
    /// Takes a buffer, which has to be there.
    fileprivate mutating func lease(_ size: Int) throws -> Lease {
        let lease = take(size)
        return try #require(lease)
    }
}
