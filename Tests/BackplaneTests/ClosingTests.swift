// SPDX-License-Identifier: Apache-2.0

import Backplane
import BackplaneTesting
import Synchronization
import Testing

/// A call that closes its messages and requests before its end.
struct ClosingTests {
    /// Lets calls of `gate.wait` go on once `gate.open` was called.
    private final class Gate: Sendable {
        let stream = AsyncStream.makeStream(of: Void.self)

        func wait() async { for await _ in stream.stream { return } }
        func open() { stream.continuation.finish() }
    }

    private let closed: [Value] = [
        "false", "comm.close() was called: the call sends and asks nothing any more", "unavailable",
    ]

    private func harness(_ gate: Gate) async throws -> PluginHarness<Talker> {
        let harness = try await PluginHarness(Talker.self)
        harness.respond(to: "gate.wait") { (_: Int) async in await gate.wait() }
        harness.respond(to: "gate.open") { (_: Int) in gate.open() }
        return harness
    }

    @Test func `messages end when they are closed, and the call goes on`() async throws {
        let gate = Gate()
        let harness = try await harness(gate)
        let call = try harness.begin("countAndClose", 3, as: [Value].self)
        var numbers: [Value] = []
        for await message in call.messages { numbers.append(message.data) }
        #expect(numbers == [0, 1, 2])
        gate.open()
        #expect(try await call.value == closed)
    }

    @Test func `a request that waits for its answer ends`() async throws {
        let gate = Gate()
        let harness = try await harness(gate)
        let late = Gate()
        harness.onRequest { _ in
            gate.open()
            await late.wait()
            return "late"
        }
        #expect(try await harness.call("askAndClose", as: String.self) == "unavailable")
        late.open()
    }

    @Test func `who calls another hears of it`() async throws {
        let harness = try await harness(Gate())
        #expect(try await harness.call("relayUntilClosed", 2, as: [Value].self) == [0, 1] + closed)
    }
}
