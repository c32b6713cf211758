// SPDX-License-Identifier: Apache-2.0

import Backplane
import BackplaneTesting
import Memory
import Testing

struct MemoryTests {
    @Test func `what is set can be got, until it is deleted`() async throws {
        let harness = try await PluginHarness(Memory.self)
        #expect(try await harness.call("get", "a") == Value.null)
        try await harness.call("set", "a", 1)
        try await harness.call("set", "a", ["x": [1, 2]])
        #expect(try await harness.call("get", "a") == ["x": [1, 2]] as Value)
        #expect(try await harness.call("delete", "a") == true)
        #expect(try await harness.call("delete", "a") == false)
        #expect(try await harness.call("get", "a") == Value.null)
    }

    @Test func `keys are sorted, and chosen by their beginning`() async throws {
        let harness = try await PluginHarness(Memory.self)
        for key in ["b/2", "a/10", "b/1", "a/9", "é", ""] {
            try await harness.call("set", key, true)
        }
        #expect(try await harness.call("keys", "b/") == ["b/1", "b/2"])
        #expect(try await harness.call("keys", "a/1") == ["a/10"])
        #expect(try await harness.call("keys", "x") == [String]())
        let all = ["", "a/10", "a/9", "b/1", "b/2", "é"]
        #expect(try await harness.call("keys", "") == all)
        #expect(try await harness.call("keys") == all)
    }

    @Test func `appending makes a list, and says how long it is`() async throws {
        let harness = try await PluginHarness(Memory.self)
        #expect(try await harness.call("append", "echo/1#1", 1) == 1)
        #expect(try await harness.call("append", "echo/1#1", "two") == 2)
        #expect(try await harness.call("append", "echo/1#1", [3]) == 3)
        #expect(try await harness.call("get", "echo/1#1") == [1, "two", [3]] as Value)
    }

    @Test func `appending to something else is refused and changes nothing`() async throws {
        let harness = try await PluginHarness(Memory.self)
        try await harness.call("set", "a", "text")
        let error = await #expect(throws: BackplaneError.self) {
            try await harness.call("append", "a", 1, as: Int.self)
        }
        #expect(error?.message.contains("'a' holds no list") == true)
        #expect(try await harness.call("get", "a") == "text" as Value)
    }

    @Test func `clearing forgets everything`() async throws {
        let harness = try await PluginHarness(Memory.self)
        try await harness.call("set", "a", 1)
        try await harness.call("clear")
        #expect(try await harness.call("keys", "") == [String]())
    }

    @Test func `all values survive a reload`() async throws {
        let old = try await PluginHarness(Memory.self)
        let values: [String: Value] = [
            "null": nil, "number": 2.5, "bytes": .bytes([0, 255]), "list": [1, ["x": "y"]],
        ]
        for (key, value) in values { try await old.call("set", key, value) }
        let new = try await PluginHarness(Memory.self)
        try await new.restore(try await old.save())
        #expect(try await new.call("keys", "") == values.keys.sorted())
        for (key, value) in values {
            #expect(try await new.call("get", key) == value)
        }
    }

    @Test func `nothing is lost when many append at once`() async throws {
        let harness = try await PluginHarness(Memory.self)
        try await withThrowingTaskGroup { tasks in
            for number in 0..<200 {
                tasks.addTask { try await harness.call("append", "list", number, as: Int.self) }
            }
            var lengths: [Int] = []
            for try await length in tasks { lengths.append(length) }
            #expect(lengths.sorted() == Array(1...200))
        }
    }
}
