// SPDX-License-Identifier: Apache-2.0

import BackplaneEmbedding
import Probe
import Testing

/// M2: a registered service is replaced while it is called.
@Suite(.timeLimit(.minutes(5)))
struct ReplacementTests {
    @Test(arguments: [Slot.inProcess, .async])
    func `a service is replaced while it is called, and no count is lost`(
        slot: Slot
    ) async throws {
        try await withManager { manager in
            try await manager.register("counter", as: Counter.self, slot: slot)
            try await manager.start()
            let callers = (0..<4).map { _ in
                Task { () -> Int in
                    var calls = 0
                    while !Task.isCancelled {
                        // Not cut short: a call that is cancelled may have counted.
                        try await Task { try await manager.call("counter", "increment") }.value
                        calls += 1
                        await Task.yield()
                    }
                    return calls
                }
            }
            for number in 0..<10 {
                if number.isMultiple(of: 2) {
                    try await manager.replace("counter", with: Counter())
                } else {
                    try await manager.replace("counter", with: Counter.self)
                }
            }
            var calls = 0
            for caller in callers {
                caller.cancel()
                calls += try await caller.value
            }
            #expect(calls > 0)
            #expect(try await manager.call("counter", "count") == calls)
        }
    }

    @Test func `a type takes over from a file, and a file from a type, with the state`()
        async throws
    {
        try await withManager { manager in
            try await manager.register("probe", plugin: "Probe", slot: .inProcess, config: [:])
            #expect(try await manager.call("probe", "increment") == 1)
            try await manager.replace("probe", with: Probe.self)
            #expect(try await manager.call("probe", "increment") == 2)
            try await manager.replace("probe", plugin: "Probe", slot: .async)
            #expect(try await manager.call("probe", "increment") == 3)
        }
    }

    @Test func `what can't take over changes nothing`() async throws {
        try await withManager { manager in
            try await manager.register("probe", as: Probe.self, slot: .inProcess, config: [:])
            try await manager.start()
            let error = await failure {
                try await manager.replace("probe", with: Probe.self, config: ["init": "throw"])
            }
            #expect(error?.message.contains("told to throw") == true)
            #expect(try await manager.call("probe", "identifier") == "probe/1#1")
            let other = await failure { try await manager.replace("nobody", with: Probe.self) }
            #expect(other?.code == .notFound)
        }
    }

    @Test func `before the start, the last one that was registered is it`() async throws {
        try await withManager { manager in
            try await manager.register("service", as: Counter.self)
            try await manager.replace("service", with: Probe.self, config: [:])
            #expect(try await manager.call("service", "identifier") == "service/1#1")
        }
    }

    @Test func `looking again at code of the program finds nothing new`() async throws {
        try await withManager { manager in
            try await manager.register("counter", as: Counter.self)
            try await manager.register("probe", as: Probe.self, config: [:])
            try await manager.start()
            try await manager.reload()
            try await manager.reload("probe")
            #expect(try await manager.call("probe", "identifier") == "probe/1#1")
        }
    }

    @Test func `a handle goes on to what has taken over`() async throws {
        try await withManager { manager in
            try await manager.register("counter", as: Counter.self, slot: .inProcess)
            try await manager.start()
            let increment = try manager.function("counter.increment", returning: Int.self)
            #expect(try increment() == 1)
            try await manager.replace("counter", with: Counter.self)
            #expect(increment.isDirect)
            #expect(try increment() == 2)
        }
    }
}
