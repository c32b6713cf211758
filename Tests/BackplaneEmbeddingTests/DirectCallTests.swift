// SPDX-License-Identifier: Apache-2.0

import BackplaneEmbedding
import BackplanePayload
import OracleSupport
import Testing

/// M5: in this process a call can be the closure itself.
@Suite(.timeLimit(.minutes(5)))
struct DirectCallTests {
    @Test(arguments: [Slot.inProcess, .async])
    func `a handle to a synchronous method is the method itself, with its very arguments`(
        slot: Slot
    ) async throws {
        try await withManager { manager in
            try await manager.register("counter", as: Counter.self, slot: slot)
            try await manager.start()
            let address = try manager.function(
                "counter.address", taking: [Double].self, returning: Int.self)
            let values = [1.0, 2.0, 3.0]
            #expect(address.isDirect)
            #expect(try address(values) == addressOf(values))
            #expect(try manager.callFunction("counter.address", values) == addressOf(values))
        }
    }

    @Test(arguments: [Mounting.fileInProcess, .fileAsync, .fileForked])
    func `the same line works for a plugin's file in every slot, directly where it can`(
        mounting: Mounting
    ) async throws {
        try await withManager { manager in
            try await mounting.register(on: manager)
            try await manager.start()
            let bytes = try manager.function(
                "probe.bytes", taking: Int.self, returning: [UInt8].self)
            #expect(bytes.isDirect == (mounting.slot != .forked))
            #expect(try bytes(3) == [7, 7, 7])
        }
    }

    @Test func `direct calls allocate nothing and copy nothing`() throws {
        struct Cost: Decodable {
            var allocations: Int
            var isSameAddress: Bool
        }
        let program = try Program(
            ["--embedded"], of: "\(Program.products)/backplane-bench", in: Program.products,
            environment: ["LD_PRELOAD": "\(Program.products)/libAllocationCounter.so"])
        let end = try program.end(within: .seconds(120))
        #expect(end.code == 0, "\(end.error)")
        let costs = try CBOR.decode([String: Cost].self, from: program.bytes)
        #expect(costs.count == 6)
        for (name, cost) in costs {
            #expect(cost.allocations == 0, "\(name)")
            #expect(cost.isSameAddress, "\(name)")
        }
    }
}
