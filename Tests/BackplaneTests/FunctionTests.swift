// SPDX-License-Identifier: Apache-2.0

import Backplane
import BackplaneTesting
import Testing

struct FunctionTests {
    @Test func `a handle of matching types is the closure itself`() async throws {
        let harness = try await PluginHarness(Provider.self)
        let comm = try harness.comm
        let add = try comm.function("provider.add", taking: Int.self, Int.self, returning: Int.self)
        #expect(add.isDirect)
        #expect(try add(2, 3) == 5)
        let nothing = try comm.function("provider.nothing")
        #expect(nothing.isDirect)
        try nothing()
        #expect(harness.active("provider.add") == 0)
    }

    @Test func `a direct call passes arrays by reference`() async throws {
        let harness = try await PluginHarness(Provider.self)
        let address = try harness.comm.function(
            "provider.address", taking: [Double].self, returning: Int.self)
        let values = (0..<1000).map(Double.init)
        #expect(address.isDirect)
        #expect(try address(values) == Provider.address(values))
        let provided = try harness.comm.function(
            "address", taking: [Double].self, returning: Int.self)
        #expect(try provided(values) == Provider.address(values))
    }

    @Test func `a handle of other types encodes`() async throws {
        let harness = try await PluginHarness(Provider.self)
        let comm = try harness.comm
        let add = try comm.function(
            "provider.add", taking: Int32.self, Value.self, returning: Double.self)
        #expect(!add.isDirect)
        #expect(try add(2, 3) == 5)
    }

    @Test func `provided functions are called directly, and through the host`() async throws {
        let harness = try await PluginHarness(Provider.self)
        let comm = try harness.comm
        let twice = try comm.function("twice", taking: String.self, returning: String.self)
        #expect(twice.isDirect)
        #expect(try twice("ab") == "abab")
        #expect(try await comm.call("twice", with: "ab") == "abab")
        try await comm.call("swallow", with: "ab")
        let later = comm.asyncFunction("later", taking: Int.self, Int.self, returning: Int.self)
        #expect(later.isDirect)
        #expect(try await later(1, 2) == 3)
        #expect(try await comm.call("later", with: 1, 2) == 3)
    }

    @Test func `an asynchronous handle calls both kinds`() async throws {
        let harness = try await PluginHarness(Provider.self)
        let comm = try harness.comm
        let add = comm.asyncFunction(
            "provider.add", taking: Int.self, Int.self, returning: Int.self)
        #expect(add.isDirect)
        #expect(try await add(2, 3) == 5)
        let slow = comm.asyncFunction("provider.slow", taking: Int.self, returning: Int.self)
        #expect(slow.isDirect)
        #expect(try await slow(4) == 5)
        let blocking = try comm.function("provider.slow", taking: Int.self, returning: Int.self)
        #expect(!blocking.isDirect)
        #expect(try await offPool { try blocking(4) } == 5)
    }

    @Test func `errors cross as code and message`() async throws {
        let harness = try await PluginHarness(Provider.self)
        let comm = try harness.comm
        let fail = try comm.function("provider.fail", taking: Int.self)
        #expect(fail.isDirect)
        let direct = #expect(throws: BackplaneError.self) { try fail(7) }
        let called = await #expect(throws: BackplaneError.self) {
            try await comm.call("provider.fail", with: 7)
        }
        #expect(direct == called)
        #expect(direct?.code == .failed)
        #expect(direct?.message == "negative(7)")
        #expect(direct?.details?["negative"]?["_0"] == 7)
    }

    @Test func `a handle outlives the generation that it was resolved for`() async throws {
        let harness = try await PluginHarness(Provider.self)
        let comm = try harness.comm
        let add = try comm.function("provider.add", taking: Int.self, Int.self, returning: Int.self)
        harness.withdrawFunctions()
        #expect(!add.isDirect)
        #expect(try await offPool { try add(2, 3) } == 5)
        harness.restoreFunctions()
        #expect(add.isDirect)
        #expect(try add(2, 3) == 5)
    }

    @Test func `a blocking handle is refused to in-process code`() async throws {
        let harness = try await PluginHarness(Caller.self, slot: .inProcess)
        let error = await #expect(throws: BackplaneError.self) {
            let _: Int = try await harness.call("call", "nobody.add")
        }
        #expect(error?.details?["code"] == "unavailable")
        #expect(error?.message.contains("comm.asyncFunction") == true)
        #expect(try await harness.call("call", "caller.add") == 3)
    }

    @Test func `a name is provided once`() async throws {
        let harness = try await PluginHarness(Provider.self)
        let error = await #expect(throws: BackplaneError.self) {
            try await harness.call("provideAgain")
        }
        #expect(error?.details?["code"] == "invalid-argument")
        #expect(error?.message.contains("'twice'") == true)
    }

    @Test func `many threads call at once while the closure comes and goes`() async throws {
        let harness = try await PluginHarness(Provider.self)
        let add = try harness.comm.function(
            "provider.add", taking: Int.self, Int.self, returning: Int.self)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for task in 0..<4 {
                group.addTask {
                    for number in 0..<2000 where add.isDirect {
                        guard try add(task, number) == task + number else {
                            throw SampleError.negative(number)
                        }
                    }
                }
            }
            try await group.waitForAll()
        }
        #expect(harness.active("provider.add") == 0)
    }
}

/// Runs a blocking closure on a thread of its own.
private func offPool<Result: Sendable>(
    _ body: @escaping @Sendable () throws -> Result
) async throws -> Result {
    try await withCheckedThrowingContinuation { continuation in
        HarnessThreads.shared.run { continuation.resume(with: Swift.Result { try body() }) }
    }
}

/// Offers functions in all ways.
final class Provider: Plugin {
    static let manifest = Manifest<Provider>("provider", version: "1.0.0") {
        Method("add", Provider.add, "a", "b")
        Method("nothing", Provider.nothing)
        Method("address", Provider.address, "values")
        Method("slow", Provider.slow, "number")
        Method("fail", Provider.fail, "number")
        Method("provideAgain", Provider.provideAgain)
    }

    let comm: Comm

    init(_ comm: Comm) throws {
        self.comm = comm
        try comm.provide("twice") { (text: String) in text + text }
        try comm.provide("swallow") { (_: String) in }
        try comm.provide("later") { (a: Int, b: Int) async in
            await Task.yield()
            return a + b
        }
        try comm.provide("address") { (values: [Double]) in Self.address(values) }
    }

    func add(_ a: Int, _ b: Int) -> Int { a + b }

    func nothing() {}

    func address(_ values: [Double]) -> Int { Self.address(values) }

    func slow(_ number: Int) async -> Int {
        await Task.yield()
        return number + 1
    }

    func fail(_ number: Int) throws { throw SampleError.negative(number) }

    func provideAgain() throws { try comm.provide("twice") { (text: String) in text } }

    static func address(_ values: [Double]) -> Int {
        unsafe values.withUnsafeBufferPointer { Int(bitPattern: $0.baseAddress) }
    }
}

/// Calls a function through a synchronous handle.
final class Caller: Plugin {
    static let manifest = Manifest<Caller>("caller", version: "1.0.0") {
        Method("call", Caller.call, "target")
        Method("add", Caller.add, "a", "b")
    }

    let comm: Comm

    init(_ comm: Comm) { self.comm = comm }

    func call(_ target: String) throws -> Int {
        try comm.function(target, taking: Int.self, Int.self, returning: Int.self)(1, 2)
    }

    func add(_ a: Int, _ b: Int) -> Int { a + b }
}
