// SPDX-License-Identifier: Apache-2.0

import OracleSupport
import Testing

@testable import BackplaneTransport

/// Buffers that are lent while this side goes on holding them.
struct PayloadLoanTests {
    private static let page = 4096

    @Test func `a held buffer is lent as often as one likes, each time by a name of its own`()
        throws
    {
        var pool = PayloadPool(bytes: 2 * Self.page)
        let lease = try pool.lease(2 * Self.page)
        var part = lease
        part = PayloadPool.Lease(index: lease.index, generation: lease.generation, offset: 100)
        let whole = pool.loan(lease)
        let first = try #require(whole)
        let other = pool.loan(part)
        let second = try #require(other)
        #expect(Set([lease.index, first.index, second.index]).count == 3)
        #expect((first.offset, second.offset) == (lease.offset, 100))
        pool.reclaim { $0 == first.index ? first.generation : 0 }
        #expect(pool.lent == [second.index])
        pool.drop(lease)
        // Held no more, but still lent once: nobody else gets it, and nobody lends it anew.
        #expect(pool.used == 2 * Self.page)
        #expect(pool.loan(lease) == nil)
        pool.reclaim { $0 == second.index ? second.generation : 0 }
        #expect(pool.used == 0)
        #expect(pool.lent.isEmpty)
    }

    @Test func `what the other side has may be held anew, and nothing else`() throws {
        var pool = PayloadPool(bytes: 4 * Self.page)
        let lease = try pool.lease(2 * Self.page)
        let made = pool.loan(lease)
        let loan = try #require(made)
        func hold(_ index: Int, _ generation: UInt32, _ offset: Int, _ count: Int) -> Bool {
            let lease = PayloadPool.Lease(index: index, generation: generation, offset: offset)
            return pool.hold(lease, count: count) != nil
        }
        // Another buffer, an earlier one, one that is held only; parts that are not in it.
        #expect(!hold(RegionLayout.leases, loan.generation, 0, 1))
        #expect(!hold(loan.index, loan.generation &+ 1, 0, 1))
        #expect(!hold(lease.index, lease.generation, 0, 1))
        let size = 2 * Self.page
        for (offset, count) in [
            (0, size + 1), (size, 1), (-1, 1), (1, size), (.max, 1), (1, .max), (0, -1),
        ] {
            #expect(!hold(loan.index, loan.generation, offset, count))
        }
        let part = PayloadPool.Lease(
            index: loan.index, generation: loan.generation, offset: size - 1)
        let held = pool.hold(part, count: 1)
        let again = try #require(held)
        pool.drop(lease)
        pool.reclaim { _ in loan.generation }
        #expect(pool.used == size)
        #expect(!hold(loan.index, loan.generation, 0, 1))
        pool.drop(again)
        #expect(pool.used == 0)
    }

    @Test func `what was given back is free once all was read that was sent before`() throws {
        var pool = PayloadPool(bytes: Self.page)
        let lease = try pool.lease(1)
        _ = pool.lend(lease)
        pool.drop(lease)
        var written: UInt64 = .max - 1
        pool.reclaim(written: { written }, read: .max - 3) { _ in lease.generation }
        #expect(pool.used == Self.page)
        // What is sent afterwards does not count, and cursors go round.
        written = 7
        pool.reclaim(written: { written }, read: .max - 2) { _ in lease.generation }
        #expect(pool.used == Self.page)
        pool.reclaim(written: { written }, read: 1) { _ in lease.generation }
        #expect(pool.used == 0)
    }

    @Test func `what was not sent is taken back, once`() throws {
        var pool = PayloadPool(bytes: Self.page)
        let lease = try pool.lease(1)
        let made = pool.loan(lease)
        let loan = try #require(made)
        pool.takeBack(loan)
        pool.takeBack(loan)
        #expect(pool.lent.isEmpty)
        pool.drop(lease)
        #expect(pool.used == 0)
        #expect(pool.loan(lease) == nil)
    }

    @Test(arguments: 1...12)
    func `forged releases give nothing back, and true ones everything`(_ seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        var pool = PayloadPool(bytes: 64 * Self.page)
        var released = [UInt32](repeating: 0, count: RegionLayout.leases)
        var held: [PayloadPool.Lease] = []
        var loans: [PayloadPool.Lease] = []
        for _ in 0..<4000 {
            switch Int.random(in: 0..<6, using: &random) {
            case 0:
                let size = Int.random(in: 0...8 * Self.page, using: &random)
                if let lease = pool.take(size) { held.append(lease) }
            case 1, 2:
                guard let lease = held.randomElement(using: &random) else { break }
                if let loan = pool.loan(lease) {
                    #expect(!loans.contains { $0.index == loan.index })
                    loans.append(loan)
                }
            case 3:
                guard !held.isEmpty else { break }
                pool.drop(held.remove(at: Int.random(in: 0..<held.count, using: &random)))
            case 4:
                guard !loans.isEmpty else { break }
                let loan = loans.remove(at: Int.random(in: 0..<loans.count, using: &random))
                released[loan.index] = loan.generation
            default:
                // What names no loan that there is or will be changes nothing.
                let index = Int.random(in: 0..<released.count, using: &random)
                released[index] = UInt32.random(in: 1_000_000 ... .max, using: &random)
            }
            pool.reclaim { released[$0] }
            #expect(Set(pool.lent).isSuperset(of: loans.map(\.index)))
        }
        for lease in held { pool.drop(lease) }
        for loan in loans { released[loan.index] = loan.generation }
        pool.reclaim { released[$0] }
        #expect(pool.used == 0)
        #expect(pool.lent.isEmpty)
    }
}

extension PayloadPool {
    /// Takes a buffer, which has to be there.
    fileprivate mutating func lease(_ size: Int) throws -> Lease {
        let lease = take(size)
        return try #require(lease)
    }
}
