// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import BackplaneHost

struct ControlBatchTests {
    @Test func `answers leave together, in the order of their requests`() {
        var batch = ControlBatch(count: 3)
        #expect(batch.fill(2, with: "c") == nil)
        #expect(batch.fill(1, with: nil) == nil)
        #expect(batch.fill(0, with: "a") == "[a,c]")
    }

    @Test func `a batch without answers is answered with nothing`() {
        var batch = ControlBatch(count: 1)
        #expect(batch.fill(0, with: nil) == "")
    }

    @Test func `answers that do not fit into a line are told apart from those that do`() {
        var batch = ControlBatch(count: 3)
        let large = String(repeating: "x", count: ControlSession.lineLimit / 2)
        #expect(batch.hasRoom(for: large))
        #expect(batch.fill(0, with: large) == nil)
        #expect(!batch.hasRoom(for: large))
        #expect(batch.hasRoom(for: "small"))
    }
}
