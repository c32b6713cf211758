// SPDX-License-Identifier: Apache-2.0

import BackplaneHost
import Glibc
import Testing

@testable import BackplaneEmbedding

/// M3 and M4: workers are threads, or processes that have the instance.
@Suite(.timeLimit(.minutes(5)))
struct WorkerTests {
    @Test func `an async service runs as many calls at once as it has workers`() async throws {
        try await withManager { manager in
            try await manager.register("counter", as: Counter.self, slot: .async, workers: 3)
            let calls = (0..<6).map { _ in
                Task { () -> Int in try await manager.call("counter", "meet", 4) }
            }
            var seen: [Int] = []
            for call in calls { seen.append(try await call.value) }
            #expect(seen.max() == 3)
        }
    }

    @Test func `methods of an async service run on threads of its own`() async throws {
        try await withManager { manager in
            try await Mounting.typeAsync.register(on: manager)
            let thread: Int32 = try await manager.call("probe", "threadNumber")
            #expect(thread != getpid())
            let name: String = try await manager.call("probe", "threadName")
            #expect(name.contains("probe"), "\(name)")
        }
    }

    @Test func `a forked service has as many processes as workers`() async throws {
        try await withManager { manager in
            // Without state: of several workers, each would have another.
            try await manager.register("echo", plugin: "Echo", slot: .forked, workers: 2)
            let calls = (0..<8).map { number in
                Task { () -> Int in try await manager.call("echo", "echo", number) }
            }
            for (number, call) in calls.enumerated() {
                #expect(try await call.value == number)
            }
            let processes = try #require(manager.host.load(of: "echo")).processes
            #expect(Set(processes).count == 2)
            #expect(!processes.contains(getpid()))
        }
    }

    @Test func `the instance of a forked service lives in its worker`() async throws {
        try await withManager { manager in
            try await Mounting.fileForked.register(on: manager)
            #expect(try await manager.call("probe", "increment") == 1)
            #expect(try await manager.call("probe", "increment") == 2)
            #expect(try await manager.call("probe", "processNumber") != getpid())
        }
    }
}
