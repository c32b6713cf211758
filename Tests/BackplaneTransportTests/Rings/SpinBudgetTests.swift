// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import BackplaneTransport

struct SpinBudgetTests {
    @Test func `hits double it, misses halve it, within bounds`() {
        #expect(SpinBudget.next(20_000, wasHit: true) == 40_000)
        #expect(SpinBudget.next(20_000, wasHit: false) == 10_000)
        #expect(SpinBudget.next(40_000, wasHit: true) == SpinBudget.most)
        #expect(SpinBudget.next(3_000, wasHit: false) == SpinBudget.least)
        for budget in stride(from: SpinBudget.least, through: SpinBudget.most, by: 1) {
            for wasHit in [true, false] {
                let next = SpinBudget.next(budget, wasHit: wasHit)
                #expect((SpinBudget.least...SpinBudget.most).contains(next))
                #expect(wasHit ? next >= budget : next <= budget)
            }
        }
    }

    @Test func `it starts with what waking takes here, within bounds`() {
        #expect(SpinBudget(0).current == SpinBudget.least)
        #expect(SpinBudget(7_000).current == 7_000)
        #expect(SpinBudget(1_000_000).current == SpinBudget.most)
        #expect(WakeTime.nanoseconds > 0)
    }

    @Test func `a channel starts with it, and tells its worker`() throws {
        let pair = try ChannelPair(leases: SpinLeases())
        let expected = SpinBudget(WakeTime.nanoseconds).current
        #expect(pair.host.budget.current == expected)
        let word = pair.host.own.load32(RegionLayout.wake)
        #expect(UInt64(word) == expected)
    }

    @Test func `it looks at least once, and not where looking is of no use`() {
        let budget = SpinBudget()
        var looks = 0
        #expect(
            !budget.spin(while: { false }) {
                looks += 1
                return false
            })
        #expect(looks == 1)
        #expect(budget.spin(while: { false }, until: { true }))
    }

    @Test func `it ends after its time, and at once when it is done`() {
        let budget = SpinBudget()
        #expect(!budget.spin(while: { true }, until: { false }))
        var looks = 0
        #expect(
            budget.spin(while: { true }) {
                looks += 1
                return looks == 5
            })
        #expect(looks == 5)
    }
}
