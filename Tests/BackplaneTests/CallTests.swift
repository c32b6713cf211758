// SPDX-License-Identifier: Apache-2.0

import Backplane
import BackplaneTesting
import Testing

struct CallTests {
    @Test func `calls reach other services, by position and by name`() async throws {
        let harness = try await PluginHarness(Talker.self)
        harness.respond(to: "store.get") { (key: String) in "value of \(key)" }
        harness.respond(to: "store.set", "key", "value") { (key: String, value: String) in
            #expect(key == "k" && value == "v")
        }
        #expect(try await harness.call("fetch", "k") == "value of k")
        try await harness.call("store", "k", "v")
    }

    @Test func `an error of a nested call is the caller's failure, its code in the details`()
        async throws
    {
        let harness = try await PluginHarness(Talker.self)
        harness.respond(to: "store.get") { (_: String) -> String in
            throw BackplaneError(.overloaded, "too much to do")
        }
        let error = await #expect(throws: BackplaneError.self) {
            let _: String = try await harness.call("fetch", "k")
        }
        #expect(error?.code == .failed)
        #expect(error?.message == "too much to do")
        #expect(error?.details?["code"] == "overloaded")
        #expect(error?.type == "Backplane.BackplaneError")
    }

    @Test func `a result of another type is told`() async throws {
        let harness = try await PluginHarness(Talker.self)
        harness.respond(to: "store.get") { (_: String) in 5 }
        let error = await #expect(throws: BackplaneError.self) {
            let _: String = try await harness.call("fetch", "k")
        }
        #expect(error?.details?["code"] == "incompatible")
    }

    @Test func `messages of a nested call arrive, many more than there is room for`() async throws {
        let harness = try await PluginHarness(Talker.self)
        let call = try harness.begin("relay", 1000, as: Int.self)
        var numbers: [Int] = []
        for await message in call.messages { numbers.append(try message.decode(as: Int.self)) }
        #expect(numbers == (0..<1000).map { $0 * 2 })
        #expect(try await call.value == 499_500)
    }

    @Test func `requests of a nested call are answered`() async throws {
        let harness = try await PluginHarness(Talker.self)
        #expect(try await harness.call("interview") == [1, 2, 3])
    }

    @Test func `calls in a circle end`() async throws {
        let harness = try await PluginHarness(Talker.self)
        #expect(try await harness.call("deep", 100) == 32)
    }

    @Test func `an asynchronous method hears of its cancellation`() async throws {
        let harness = try await PluginHarness(Talker.self)
        let call = try harness.begin("wait", as: Value.self)
        call.cancel()
        let error = await #expect(throws: BackplaneError.self) { try await call.value }
        #expect(error?.code == .cancelled)
    }

    @Test(arguments: ["spin", "spinAround"])
    func `a running method hears of its cancellation`(method: String) async throws {
        let harness = try await PluginHarness(Talker.self)
        let call = try harness.begin(method, as: Value.self)
        for await _ in call.messages { call.cancel() }
        let error = await #expect(throws: BackplaneError.self) { try await call.value }
        #expect(error?.code == .cancelled)
    }

    @Test func `cancelling the task that waits cancels the call`() async throws {
        let harness = try await PluginHarness(Talker.self)
        let task = Task { try await harness.call("wait") }
        task.cancel()
        let error = await #expect(throws: BackplaneError.self) { try await task.value }
        #expect(error?.code == .cancelled)
    }

    @Test func `a deadline ends a call, and its method is told`() async throws {
        let harness = try await PluginHarness(Talker.self)
        let error = await #expect(throws: BackplaneError.self) {
            try await harness.call("spin", timeout: .milliseconds(20))
        }
        #expect(error?.code == .deadlineExceeded)
        // The method ends by itself then; its outcome is late.
        while harness.lateOutcomes == 0 { await Task.yield() }
    }

    @Test func `a method sees its deadline`() async throws {
        let harness = try await PluginHarness(Talker.self)
        let left: [Double] = try await harness.call("left", timeout: .seconds(20))
        #expect(left.allSatisfy { $0 > 10 && $0 <= 20 })
    }
}
