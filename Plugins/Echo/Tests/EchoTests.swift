// SPDX-License-Identifier: Apache-2.0

import Backplane
import BackplaneTesting
import Echo
import Testing

struct EchoTests {
    @Test(
        arguments: [
            nil, true, 0, -1, 2.5, "", "héllo 🎉", [], [1, [2, nil]], ["a": ["b": [true]]],
            .bytes([0, 255]), Value(UInt64.max),
        ] as [Value])
    func `any value comes back`(value: Value) async throws {
        let harness = try await PluginHarness(Echo.self)
        #expect(try await harness.call("echo", payload: [value], as: Value.self) == value)
    }

    @Test func `each value is sent as a message, and their count is the result`() async throws {
        let harness = try await PluginHarness(Echo.self)
        let call = try harness.begin("echoer", [1, 2, 3], as: Int.self)
        var messages: [Value] = []
        for await message in call.messages { messages.append(message.data) }
        #expect(messages == [1, 2, 3])
        #expect(try await call.value == 3)
    }

    @Test func `a caller that takes one message at a time gets all`() async throws {
        let harness = try await PluginHarness(Echo.self)
        let call = try harness.begin("echoer", Array(0..<100), as: Int.self, room: 1)
        var messages: [Value] = []
        for await message in call.messages { messages.append(message.data) }
        #expect(messages == (0..<100).map { Value($0) })
        #expect(try await call.value == 100)
    }

    @Test func `each request is answered by the caller`() async throws {
        let harness = try await PluginHarness(Echo.self)
        let call = try harness.begin("requester", 3, as: [Int].self) { message in
            try 2 * message.decode(as: Int.self)
        }
        #expect(try await call.value == [0, 2, 4])
    }

    @Test func `each value is asked, and the answers are the result`() async throws {
        let harness = try await PluginHarness(Echo.self)
        let call = try harness.begin("asker", [1, 2, 3], as: [Int].self) { message in
            try 2 * message.decode(as: Int.self)
        }
        #expect(try await call.value == [2, 4, 6])
    }

    @Test func `nothing is asked when nothing is wanted`() async throws {
        let harness = try await PluginHarness(Echo.self)
        #expect(try await harness.call("requester", 0) == [Int]())
    }

    @Test func `a refused request ends the method`() async throws {
        let harness = try await PluginHarness(Echo.self)
        let call = try harness.begin("requester", 3, as: [Int].self) { _ -> Int in
            throw BackplaneError(.permissionDenied, "no")
        }
        let error = await #expect(throws: BackplaneError.self) { try await call.value }
        #expect(error?.code == .failed)
    }

    @Test func `a negative count is refused`() async throws {
        let harness = try await PluginHarness(Echo.self)
        let error = await #expect(throws: BackplaneError.self) {
            try await harness.call("requester", -1, as: [Int].self)
        }
        #expect(error?.message == "n is -1; a count is not negative")
    }
}
