// SPDX-License-Identifier: Apache-2.0

import Backplane
import Testing

@testable import BackplaneTesting

/// What a host may do that no caller of the harness does.
struct InvocationTests {
    @Test(arguments: [99, UInt32.max, 0x8000_0000, 0x8000_0005])
    func `a method that is not there is not found`(number: UInt32) async throws {
        let harness = try await PluginHarness(Sampler.self)
        let call = HostedCall(host: harness.host)
        harness.host.run(number, [], call)
        let answer = await call.reply.value()
        let error = #expect(throws: BackplaneError.self) { try answer.check() }
        #expect(error?.code == .notFound)
    }

    @Test func `an empty payload is no arguments`() async throws {
        let harness = try await PluginHarness(Sampler.self)
        for (method, code) in [("nothing", nil), ("join", BackplaneError.Code.invalidArgument)] {
            let call = HostedCall(host: harness.host)
            harness.host.run(try #require(harness.host.plugin?.number(of: method)), [], call)
            var found: BackplaneError.Code?
            if case .error(let error) = await call.reply.value() { found = error.code }
            #expect(found == code)
        }
    }

    @Test func `a cancellation that comes too late or for no call is ignored`() async throws {
        let harness = try await PluginHarness(Sampler.self)
        let plugin = try #require(harness.host.plugin)
        plugin.cancel(HostedCall(host: harness.host))
        let call = HostedCall(host: harness.host)
        harness.host.run(try #require(plugin.number(of: "laterNothing")), [], call)
        try await call.reply.value().check()
        plugin.cancel(call)
        #expect(try await harness.call("join", "a", "b") == "ab")
    }

    @Test func `a cancellation is heard whenever it comes`() async throws {
        let harness = try await PluginHarness(Talker.self)
        let plugin = try #require(harness.host.plugin)
        let number = try #require(plugin.number(of: "wait"))
        for round in 0..<300 {
            let call = HostedCall(host: harness.host)
            if round % 3 == 0 { call.cancel() }
            harness.host.run(number, [], call)
            if round % 3 == 1 { call.cancel() }
            if round % 3 == 2 {
                await Task.yield()
                call.cancel()
            }
            let answer = await call.reply.value()
            let error = #expect(throws: BackplaneError.self) { try answer.check() }
            #expect(error?.code == .cancelled)
        }
    }

    @Test func `bytes that are no arguments are refused in words`() async throws {
        let harness = try await PluginHarness(Sampler.self)
        let plugin = try #require(harness.host.plugin)
        var random = Lehmer(state: 7)
        for _ in 0..<3000 {
            // Not `repeat`, which does what it is told: to make a text of any length.
            let number =
                [0, 2, 3, 4, 5, 6, 7, 8, 9][Int.random(in: 0..<9, using: &random)] as UInt32
            let payload = (0..<Int.random(in: 1..<24, using: &random)).map { _ in
                UInt8.random(in: 0...255, using: &random)
            }
            let call = HostedCall(host: harness.host)
            plugin.invoke(number, Bytes(payload), call)
            if case .error(let error) = await call.reply.value() {
                #expect(error.code == .invalidArgument || error.code == .failed)
                #expect(!error.message.isEmpty)
            }
        }
    }

    @Test func `what one call leaves to the next is never that of another`() async throws {
        let harness = try await PluginHarness(Sampler.self)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for task in 0..<8 {
                group.addTask {
                    // Results of all sizes: short ones follow long ones, and some are too long to be kept.
                    for round in 0..<400 {
                        let size = [1, 70, 20_000, 3][round % 4]
                        let text = String(repeating: "\(task)", count: size)
                        let joined: String = try await harness.call("join", text, "\(round)")
                        #expect(joined == text + "\(round)")
                        if round % 16 == 0 {
                            #expect(await code { try await harness.call("fail", -1) } == "failed")
                        }
                    }
                }
            }
            try await group.waitForAll()
        }
    }

    @Test func `a call that somebody has captured is no other one's`() async throws {
        let harness = try await PluginHarness(Talker.self)
        for _ in 0..<20 {
            try await harness.call("keep")
            // They come to lie elsewhere.
            for _ in 0..<5 { _ = try await harness.call("left", as: [Double].self) }
            let codes: [String] = try await harness.call("useKept")
            #expect(codes == Array(repeating: "unavailable", count: 5) + ["true"])
        }
    }

    @Test func `a call that closed its messages closes none of the next`() async throws {
        let harness = try await PluginHarness(Talker.self)
        for round in 0..<5 {
            try await harness.call("sendAndClose", round)
            try await harness.call("count", 2)
        }
        #expect(harness.messages.count == 15)
    }

    @Test func `a call is freed when it has ended`() async throws {
        let harness = try await PluginHarness(Sampler.self)
        weak var freed: HostedCall?
        do {
            let call = HostedCall(host: harness.host)
            freed = call
            harness.host.run(
                try #require(harness.host.plugin?.number(of: "laterNothing")), [], call)
            try await call.reply.value().check()
        }
        while freed != nil { await Task.yield() }
    }
}

/// Random numbers that are the same each time.
private struct Lehmer: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        var product = state.multipliedFullWidth(by: 0xda94_2042_e4dd_58b5)
        state = product.low | 1
        product.high ^= product.low
        return product.high
    }
}
