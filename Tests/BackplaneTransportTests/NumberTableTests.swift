// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import BackplaneTransport

struct NumberTableTests {
    @Test func `what is put in is found until it is taken out`() {
        var table = NumberTable<String>()
        table.insert("a", for: 1)
        table.insert("b", for: 17)
        #expect(table[1] == "a")
        #expect(table[17] == "b")
        #expect(table[33] == nil)
        #expect(table.count == 2)
        let (first, again) = (table.remove(1), table.remove(1))
        #expect(first == "a")
        #expect(again == nil)
        #expect(table[17] == "b")
        #expect(table.values == ["b"])
    }

    @Test func `a number that has a value gets another`() {
        var table = NumberTable<Int>()
        table.insert(1, for: 5)
        table.insert(2, for: 5)
        #expect(table[5] == 2)
        #expect(table.count == 1)
    }

    @Test func `no number is nowhere`() {
        var table = NumberTable<Int>()
        #expect(table[0] == nil)
        let none = table.remove(0)
        #expect(none == nil)
        table.insert(1, for: 16)
        #expect(table[0] == nil)
        let noneStill = table.remove(0)
        #expect(noneStill == nil)
    }

    /// Close numbers as calls have them, far ones, and ones that all have one remainder.
    @Test(arguments: [1, 3, 16, 1 << 20] as [UInt64])
    func `any order of events leaves what a dictionary has`(_ step: UInt64) {
        var random = SystemRandomNumberGenerator()
        var table = NumberTable<UInt64>()
        var known: [UInt64: UInt64] = [:]
        for turn in 1...20_000 as ClosedRange<UInt64> {
            if turn % 3 != 0 || known.isEmpty {
                let number = (turn &+ UInt64.random(in: 0..<40, using: &random)) &* step
                table.insert(turn, for: number)
                known[number] = turn
            }
            while known.count > 60, let number = known.keys.randomElement(using: &random) {
                let removed = table.remove(number)
                #expect(removed == known.removeValue(forKey: number))
            }
            let probe = UInt64.random(in: 1...(turn + 50), using: &random) &* step
            #expect(table[probe] == known[probe])
        }
        #expect(table.count == known.count)
        #expect(Set(table.values) == Set(known.values))
        for (number, value) in known { #expect(table[number] == value) }
    }
}
