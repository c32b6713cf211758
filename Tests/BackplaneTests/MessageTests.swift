// SPDX-License-Identifier: Apache-2.0

import Backplane
import BackplaneTesting
import Testing

struct MessageTests {
    @Test(arguments: ["count", "countAsync"])
    func `messages come in order, before the outcome`(method: String) async throws {
        let harness = try await PluginHarness(Talker.self)
        let call = try harness.begin(method, 100, as: Value.self)
        var numbers: [Int] = []
        for await message in call.messages {
            #expect(message.identifier == "talker/1#1")
            numbers.append(try message.decode(as: Int.self))
        }
        _ = try await call.value
        #expect(numbers == Array(0..<100))
        #expect(harness.messages.count == 100)
    }

    @Test(arguments: ["count", "countAsync"])
    func `a sender waits for a slow consumer`(method: String) async throws {
        let harness = try await PluginHarness(Talker.self)
        let call = try harness.begin(method, 50, as: Value.self, room: 2)
        var iterator = call.messages.makeAsyncIterator()
        for number in 0..<50 {
            #expect(harness.messages.count <= number + 2)
            #expect(try await iterator.next()?.decode(as: Int.self) == number)
        }
        _ = try await call.value
    }

    @Test func `a sender that does not want to wait drops what there is no room for`() async throws
    {
        let harness = try await PluginHarness(Talker.self)
        let call = try harness.begin("tryCount", 10, as: Int.self, room: 3)
        #expect(try await call.value == 3)
    }

    @Test(arguments: ["count", "countAsync"])
    func `waiting for room ends with the deadline`(method: String) async throws {
        let harness = try await PluginHarness(Talker.self)
        let call = try harness.begin(
            method, 10, as: Value.self, timeout: .milliseconds(50), room: 1)
        let error = await #expect(throws: BackplaneError.self) { try await call.value }
        #expect(error?.code == .deadlineExceeded)
    }

    @Test(arguments: ["count", "countAsync"])
    func `waiting for room ends with cancellation`(method: String) async throws {
        let harness = try await PluginHarness(Talker.self)
        let call = try harness.begin(method, 10, as: Value.self, room: 1)
        var iterator = call.messages.makeAsyncIterator()
        _ = await iterator.next()
        call.cancel()
        let error = await #expect(throws: BackplaneError.self) { try await call.value }
        #expect(error?.code == .cancelled)
    }

    @Test(arguments: ["ask", "askAsync"])
    func `requests are answered by the call's caller`(method: String) async throws {
        let harness = try await PluginHarness(Talker.self)
        let call = try harness.begin(method, ["a", "bb"], as: [Int].self) {
            try $0.decode(as: String.self).count
        }
        #expect(try await call.value == [1, 2])
    }

    @Test(arguments: ["ask", "askAsync"])
    func `requests that nobody answers are told how to be`(method: String) async throws {
        let harness = try await PluginHarness(Talker.self)
        let error = await #expect(throws: BackplaneError.self) {
            let _: [Int] = try await harness.call(method, ["a"])
        }
        #expect(error?.code == .failed)
        #expect(error?.details?["code"] == "unavailable")
        harness.onRequest { _ in 5 }
        #expect(try await harness.call(method, ["a"]) == [5])
    }

    @Test func `a request has a time of its own`() async throws {
        let harness = try await PluginHarness(Talker.self)
        harness.onRequest { _ in
            try await Task.sleep(for: .seconds(1000))
            return 1
        }
        let error = await #expect(throws: BackplaneError.self) {
            let _: Int = try await harness.call("askFor", 20)
        }
        #expect(error?.details?["code"] == "deadline-exceeded")
    }

    @Test func `outside of a call, messages are the service's`() async throws {
        let harness = try await PluginHarness(Talker.self)
        let call = try harness.begin("outside", as: Bool.self)
        for await _ in call.messages { Issue.record("a message of the call") }
        #expect(try await call.value)
        #expect(harness.messages.map(\.data) == ["from outside"])
    }

    @Test func `a call that has ended throws when it is used`() async throws {
        let harness = try await PluginHarness(Talker.self)
        try await harness.call("keep")
        let codes: [String] = try await harness.call("useKept")
        #expect(codes == Array(repeating: "unavailable", count: 5) + ["true"])
        #expect(harness.messages.isEmpty)
    }

    @Test func `child tasks and captured lines are still in the call`() async throws {
        let harness = try await PluginHarness(Talker.self)
        let call = try harness.begin("child", as: Value.self)
        var texts: [Value] = []
        for await message in call.messages { texts.append(message.data) }
        #expect(texts == ["child", "detached"])
        _ = try await call.value
    }

    @Test func `log records carry their metadata`() async throws {
        let harness = try await PluginHarness(Talker.self)
        try await harness.call("log")
        #expect(
            harness.logs == [
                LogRecord(
                    level: .warning, message: "something is odd",
                    metadata: ["call": "7", "what": "1...3"])
            ])
    }
}
