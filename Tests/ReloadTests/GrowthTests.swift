// SPDX-License-Identifier: Apache-2.0

import ReloadStorm
import Testing

/// What reloads cost for good; `make reload-storm` does ten times as many.
struct GrowthTests {
    @Test(arguments: ["in-process", "async"])
    func `a generation in the host's process costs little memory, and nothing else`(
        slot: String
    ) throws {
        let growth = try Growth(slot: slot, reloads: 50).measure()
        #expect(growth.kibibytes < 200, "\(growth)")
        #expect(growth.descriptors == 0 && growth.threads <= 0, "\(growth)")
    }

    @Test func `a forked generation costs nothing`() throws {
        let growth = try Growth(slot: "forked", reloads: 50).measure()
        // What an allocator keeps by chance, not what a generation needs.
        #expect(growth.kibibytes < 20, "\(growth)")
        #expect(growth.descriptors == 0 && growth.threads <= 0, "\(growth)")
        #expect(growth.processes == 0, "\(growth)")
    }
}
