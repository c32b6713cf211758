// SPDX-License-Identifier: Apache-2.0

import BackplaneHost
import BackplaneTransport
import Testing

struct OutcomeCodeTests {
    @Test func `numbers and names are the contract's, in its order`() {
        let names = [
            "not-found", "invalid-argument", "failed", "cancelled", "deadline-exceeded",
            "overloaded", "unavailable", "crashed", "permission-denied", "too-deep", "too-large",
            "incompatible", "internal",
        ]
        #expect(OutcomeCode.allCases.map(\.description) == names)
        #expect(OutcomeCode.allCases.map(\.rawValue) == Array(1...13))
        #expect(names.map { OutcomeCode(name: $0) } == OutcomeCode.allCases)
    }

    @Test(arguments: [0, 14, UInt32.max])
    func `an unknown number is read as internal`(number: UInt32) {
        #expect(OutcomeCode(number: number) == .internal)
    }

    @Test func `an outcome gives its value or throws its error`() throws {
        #expect(try Outcome.value(.null).get() == .null)
        #expect(throws: CallError(.failed, "no")) { try Outcome.error(.failed, "no").get() }
    }
}
