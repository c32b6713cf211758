// SPDX-License-Identifier: Apache-2.0

import BackplaneEmbedding
import BackplaneTransport
import Testing

/// Handles that block their thread for a worker: small outcomes lie on its stack, others elsewhere.
@Suite(.timeLimit(.minutes(5)))
struct BlockingCallTests {
    private func withEcho(_ body: @Sendable (ServiceManager) async throws -> Void) async throws {
        try await withManager(slot: .forked) { manager in
            try await manager.register("echo", plugin: "Echo", workers: 1)
            try await manager.register("probe", plugin: "Probe", workers: 1, config: [:])
            try await manager.start()
            try await body(manager)
        }
    }

    /// Runs a body on a thread of its own, which may block.
    private func onThread<Value: Sendable>(
        _ body: @escaping @Sendable () throws -> Value
    ) async throws -> Value {
        try await withCheckedThrowingContinuation { continuation in
            let isStarted = Threads.start("blocked") {
                continuation.resume(with: Result { try body() })
            }
            if !isStarted { continuation.resume(throwing: CancellationError()) }
        }
    }

    @Test func `values of every size come back as they went`() async throws {
        try await withEcho { manager in
            let echo = try manager.function(
                "echo.echo", taking: [UInt8].self, returning: [UInt8].self)
            let sizes =
                [0, 1, 23, 24] + Array(240...270) + Array(1000...1040)
                + [16_370, 16_380, 16_384, 16_390, 100_000, 3_000_000]
            try await onThread {
                for size in sizes {
                    let bytes = (0..<size).map { UInt8(truncatingIfNeeded: $0 &* 7 &+ size) }
                    let back = try echo(bytes)
                    #expect(back == bytes, "\(size) bytes")
                }
            }
        }
    }

    @Test func `an error comes as what it is, and the next call is none the worse`() async throws {
        try await withEcho { manager in
            let echo = try manager.function("echo.echo", taking: Int.self, returning: Int.self)
            let nobody = try manager.function("echo.nobody", taking: Int.self, returning: Int.self)
            let text = try manager.function("echo.echo", taking: Int.self, returning: String.self)
            try await onThread {
                for round in 0..<50 {
                    let back = try echo(round)
                    #expect(back == round)
                    let missing = #expect(throws: BackplaneError.self) { try nobody(round) }
                    #expect(missing?.code == .notFound)
                    let other = #expect(throws: BackplaneError.self) { try text(round) }
                    #expect(other?.code == .incompatible)
                }
            }
        }
    }

    @Test func `threads that call at once get each its own`() async throws {
        try await withEcho { manager in
            let echo = try manager.function(
                "echo.echo", taking: [Int].self, returning: [Int].self)
            try await withThrowingTaskGroup(of: Void.self) { group in
                for caller in 0..<4 {
                    group.addTask {
                        try await onThread {
                            for round in 0..<300 {
                                let values = Array(repeating: caller, count: round % 60)
                                let back = try echo(values)
                                #expect(back == values)
                            }
                        }
                    }
                }
                try await group.waitForAll()
            }
        }
    }

    @Test func `a worker's death ends a call that blocks, and the next one is another's`()
        async throws
    {
        try await withEcho { manager in
            let exit = try manager.function("probe.exit", taking: Int.self)
            let echo = try manager.function("probe.echo", taking: Int.self, returning: Int.self)
            try await onThread {
                let error = #expect(throws: BackplaneError.self) { try exit(3) }
                #expect(error?.code == .crashed)
            }
            #expect(try await manager.call("probe", "echo", 1) == 1)
            #expect(try await onThread { try echo(2) } == 2)
        }
    }
}
