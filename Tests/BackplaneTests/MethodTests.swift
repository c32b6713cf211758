// SPDX-License-Identifier: Apache-2.0

import Backplane
import BackplaneTesting
import Testing

struct MethodTests {
    @Test func `arguments go by position`() async throws {
        let harness = try await PluginHarness(Sampler.self)
        #expect(try await harness.call("join", "ab", "cd") == "abcd")
        #expect(try await harness.call("sum", [1.5, 2.5]) == 4.0)
        try await harness.call("nothing")
    }

    @Test func `arguments go by name, in any order`() async throws {
        let harness = try await PluginHarness(Sampler.self)
        let joined: String = try await harness.call("join", named: ["right": "cd", "left": "ab"])
        #expect(joined == "abcd")
    }

    @Test func `an argument that is left out is nil where that is possible`() async throws {
        let harness = try await PluginHarness(Sampler.self)
        #expect(try await harness.call("repeat", "ab") == "ab")
        #expect(try await harness.call("repeat", named: ["text": "ab"]) == "ab")
        #expect(try await harness.call("repeat", "ab", 2) == "abab")
    }

    @Test func `a single argument needs no array`() async throws {
        let harness = try await PluginHarness(Sampler.self)
        let next: Int = try await harness.call("closure", payload: 41)
        #expect(next == 42)
    }

    @Test(arguments: [
        (Value.array(["a"]), "right"), (.array(["a", "b", "c"]), "3"),
        (.map(["left": "a"]), "right"),
        (.map(["left": "a", "right": "b", "up": "c"]), "up"), (.array(["a", 1]), "right"),
    ])
    func `wrong arguments are told in words`(payload: Value, word: String) async throws {
        let harness = try await PluginHarness(Sampler.self)
        let error = await #expect(throws: BackplaneError.self) {
            let _: String = try await harness.call("join", payload: payload)
        }
        #expect(error?.code == .invalidArgument)
        #expect(error?.message.contains(word) == true, "\(error?.message ?? "")")
    }

    @Test func `asynchronous methods, closures and structures work`() async throws {
        let harness = try await PluginHarness(Sampler.self)
        #expect(try await harness.call("later", "x") == "x")
        try await harness.call("laterNothing")
        #expect(try await harness.call("pair", "ab", 2) == "abab")
        let entry: Entry = try await harness.call("record", Entry(name: "a", size: 1))
        #expect(entry == Entry(name: "a!", size: 2))
    }

    @Test func `a method of the main actor runs there`() async throws {
        let harness = try await PluginHarness(Sampler.self)
        #expect(try await harness.call("mainActor") == true)
    }

    @Test func `an actor is a plugin`() async throws {
        let harness = try await PluginHarness(Counter.self)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<100 { group.addTask { try await harness.call("add", 1) } }
            try await group.waitForAll()
        }
        #expect(try await harness.call("total") == 100)
    }

    @Test func `what a method throws is failed, with its words, type and details`() async throws {
        let harness = try await PluginHarness(Sampler.self)
        let error = await #expect(throws: BackplaneError.self) {
            try await harness.call("fail", -7)
        }
        #expect(error?.code == .failed)
        #expect(error?.message == "negative(-7)")
        #expect(error?.type == "BackplaneTests.SampleError")
        #expect(error?.details?["negative"]?["_0"]?.int == -7)
    }

    @Test func `an unknown method is told with those that there are`() async throws {
        let harness = try await PluginHarness(Sampler.self)
        let error = await #expect(throws: BackplaneError.self) {
            try await harness.call("jion")
        }
        #expect(error?.code == .notFound)
        #expect(error?.message.contains("join") == true)
    }

    @Test func `a plugin knows who and where it is`() async throws {
        let harness = try await PluginHarness(
            Sampler.self, service: "s", directory: "/models", slot: .forked)
        let words: [String] = try await harness.call("where")
        #expect(words == ["s", "s/1#1", "/models", "forked", "1"])
    }

    @Test func `ten thousand calls run at once`() async throws {
        let harness = try await PluginHarness(Sampler.self)
        let total = try await withThrowingTaskGroup(of: Int.self) { group in
            for number in 0..<10_000 {
                group.addTask {
                    let text: String = try await harness.call(
                        "later", "\(number)", timeout: .seconds(120))
                    return text == "\(number)" ? 1 : 0
                }
            }
            return try await group.reduce(0, +)
        }
        #expect(total == 10_000)
    }
}
