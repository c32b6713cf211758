// SPDX-License-Identifier: Apache-2.0

import BackplaneEmbedding
import Testing

/// Functions of the program that suspend.
@Suite(.timeLimit(.minutes(5)))
struct SuspendingFunctionTests {
    @Test func `a function that suspends is called directly by the program`() async throws {
        try await withManager { manager in
            try manager.provide("address") { (values: [Double]) async in
                await Task.yield()
                return addressOf(values)
            }
            try manager.provide("nothing") { (_: Int) async in await Task.yield() }
            let early = #expect(throws: BackplaneError.self) {
                try manager.asyncFunction("address", taking: [Double].self, returning: Int.self)
            }
            #expect(early?.code == .unavailable)
            try await manager.start()
            let values = [1.0, 2.0]
            let address = try manager.asyncFunction(
                "address", taking: [Double].self, returning: Int.self)
            #expect(address.isDirect)
            #expect(try await address(values) == addressOf(values))
            let nothing = try manager.asyncFunction("nothing", taking: Int.self)
            try await nothing(1)
            // Where nothing may suspend, it is encoded, and waited for.
            #expect(try manager.callFunction("address", values, as: Int.self) != 0)
        }
    }

    @Test(arguments: Mounting.allCases)
    func `plugins call it in every slot`(mounting: Mounting) async throws {
        try await withManager { manager in
            try manager.provide("add") { (a: Int, b: Int) async throws in
                await Task.yield()
                return a + b
            }
            try await mounting.register(on: manager)
            #expect(try await manager.call("probe", "sumAsync", "add", 2, 3) == 5)
            try manager.provide("late") { (a: Int, b: Int) async in a * b }
            #expect(try await manager.call("probe", "sumAsync", "late", 2, 3) == 6)
        }
    }

    @Test func `its errors are the caller's, and its name is its own`() async throws {
        struct Mistake: Error {}
        try await withManager { manager in
            try manager.provide("fail") { (_: Int) async throws -> Int in throw Mistake() }
            #expect(throws: BackplaneError.self) {
                try manager.provide("fail") { (a: Int) async in a }
            }
            try await manager.start()
            let fail = try manager.asyncFunction("fail", taking: Int.self, returning: Int.self)
            let error = await #expect(throws: BackplaneError.self) { try await fail(1) }
            #expect(error?.code == .failed)
        }
    }
}
