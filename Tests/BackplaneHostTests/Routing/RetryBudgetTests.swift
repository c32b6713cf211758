// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import BackplaneHost

struct RetryBudgetTests {
    @Test func `some retries are there from the start`() {
        let budget = RetryBudget()
        #expect((0..<200).filter { _ in budget.withdraw() }.count == 100)
    }

    @Test func `ten calls pay for one retry`() {
        let budget = RetryBudget()
        while budget.withdraw() {}
        for _ in 0..<9 { budget.deposit() }
        #expect(!budget.withdraw())
        budget.deposit()
        #expect(budget.withdraw())
        #expect(!budget.withdraw())
    }

    @Test func `calls pay in up to a limit`() {
        let budget = RetryBudget()
        for _ in 0..<100_000 { budget.deposit() }
        #expect((0..<200).filter { _ in budget.withdraw() }.count == 100)
    }
}
