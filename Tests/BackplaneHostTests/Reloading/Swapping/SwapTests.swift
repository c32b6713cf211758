// SPDX-License-Identifier: Apache-2.0

import BackplanePayload
import BackplaneTransport
import Foundation
import OracleSupport
import Synchronization
import Testing

@testable import BackplaneHost

/// Swaps of real plugins, in every slot, while calls run.
@Suite(.timeLimit(.minutes(10)))
struct SwapTests {
    /// Callers that never pause, and what they got to hear.
    private final class Load: Sendable {
        struct Result: Sendable {
            var answers = 0
            var errors: [CallError] = []
            var versions: Set<Int> = []
        }

        private let stopped = Atomic<Bool>(false)
        private let result = Mutex(Result())
        private let callers: Mutex<[Task<Void, Never>]> = Mutex([])

        init(_ count: Int, _ host: TestHost, _ call: @escaping @Sendable (Int) -> (String, Value)) {
            let tasks = (0..<count).map { number in
                Task {
                    var turn = number
                    while !stopped.load(ordering: .relaxed) {
                        let (target, arguments) = call(turn)
                        turn += count
                        do {
                            let answer = try await host.outcome(target, arguments)
                            result.withLock {
                                $0.answers += 1
                                if let version = answer["version"]?.int {
                                    $0.versions.insert(version)
                                }
                            }
                        } catch {
                            result.withLock {
                                $0.errors.append(
                                    error as? CallError ?? CallError(.internal, "\(error)"))
                            }
                        }
                        await Task.yield()
                    }
                }
            }
            callers.withLock { $0 = tasks }
        }

        func stop() async -> Result {
            stopped.store(true, ordering: .relaxed)
            for caller in callers.withLock({ $0 }) { await caller.value }
            return result.withLock { $0 }
        }
    }

    private func service(_ name: String, _ slot: SlotKind, in folder: String)
        -> ServiceConfiguration
    {
        ServiceConfiguration(
            name: name, plugin: .path("\(folder)/\(name).so"), slot: slot,
            retries: RetryConfiguration(max: 0))
    }

    /// A host with one service, of a plugin that the test can replace.
    private func host(
        _ plugin: String, _ slot: SlotKind, in folder: String,
        _ change: (inout ServiceConfiguration) -> Void = { _ in }
    ) async throws -> TestHost {
        try PatchedPlugin(plugin).version(1).install(at: "\(folder)/s.so")
        var service = service("s", slot, in: folder)
        change(&service)
        return try await TestHost([service])
    }

    private func reload(_ host: TestHost, _ name: String = "s") async -> ReloadOutcome {
        await host.host.managed(name)?.supervisor.reload(.command)
            ?? ReloadOutcome(service: name, result: .stopped)
    }

    @Test(arguments: SlotKind.allCases)
    func `calls never notice that a plugin is replaced`(slot: SlotKind) async throws {
        let temporary = TemporaryFolder()
        let folder = temporary.path
        let host = try await host("VersionedEcho", slot, in: folder)
        let load = Load(8, host) { turn in ("s.answer", [.integer(turn.isMultiple(of: 3) ? 20 : 0)])
        }
        for version in 2...6 {
            try PatchedPlugin("VersionedEcho").version(version).install(at: "\(folder)/s.so")
            let outcome = await reload(host)
            #expect(outcome.result == .switched(from: version - 1, to: version))
            let answer = try await host.call("s.answer", 0)
            #expect(answer["version"] == .integer(Int64(version)))
        }
        let result = await load.stop()
        #expect(result.errors.isEmpty, "\(result.errors.prefix(3))")
        // The last switch may come after the last call.
        #expect(result.versions.isSuperset(of: 1...5))
        try await host.stop()
    }

    @Test(arguments: SlotKind.allCases)
    func `a counter that is kept over reloads loses no increment`(slot: SlotKind) async throws {
        let temporary = TemporaryFolder()
        let folder = temporary.path
        let host = try await host("VersionedMemory", slot, in: folder)
        let load = Load(8, host) { _ in ("s.increment", []) }
        for version in 2...6 {
            try PatchedPlugin("VersionedMemory").version(version)
                .install(at: "\(folder)/s.so")
            let outcome = await reload(host)
            #expect(outcome.result == .switched(from: version - 1, to: version))
        }
        let result = await load.stop()
        #expect(result.errors.isEmpty, "\(result.errors.prefix(3))")
        #expect(try await host.call("s.count") == .integer(Int64(result.answers)))
        try await host.stop()
    }

    @Test(arguments: SlotKind.allCases)
    func `the same bytes are no reload`(slot: SlotKind) async throws {
        let temporary = TemporaryFolder()
        let folder = temporary.path
        let host = try await host("VersionedEcho", slot, in: folder)
        #expect(await reload(host).result == .unchanged)
        #expect(host.host.managed("s")?.supervisor.condition.now.unchanged == 1)
        try await host.stop()
    }

    @Test(arguments: SlotKind.allCases)
    func `a generation that fails its calls is taken back`(slot: SlotKind) async throws {
        let temporary = TemporaryFolder()
        let folder = temporary.path
        try PatchedPlugin("Breakable").broken("good").install(at: "\(folder)/s.so")
        let host = try await TestHost([service("s", slot, in: folder)])
        try PatchedPlugin("Breakable").broken("call-throws").version(2)
            .install(at: "\(folder)/s.so")
        #expect(await reload(host).result == .switched(from: 1, to: 2))
        let condition = try #require(host.host.managed("s")).supervisor.condition
        let limit = ContinuousClock.now + .seconds(30)
        while condition.now.generation?.number != 3, ContinuousClock.now < limit {
            _ = await host.code("s.answer", 0)
        }
        #expect(try await host.call("s.answer", 0)["version"] == 1)
        // The bad bytes are not tried again.
        guard case .refused(let words) = await reload(host).result else {
            Issue.record("the bad bytes were taken again")
            return
        }
        #expect(words.contains("rolled back"))
        try await host.stop()
    }

    @Test(arguments: SlotKind.allCases)
    func `what is refused changes nothing, and the next good build goes in`(
        slot: SlotKind
    ) async throws {
        let temporary = TemporaryFolder()
        let folder = temporary.path
        try PatchedPlugin("Breakable").broken("good").install(at: "\(folder)/s.so")
        let host = try await TestHost([service("s", slot, in: folder)])
        for mode in ["init-throws", "init-crashes"] {
            try PatchedPlugin("Breakable").broken(mode).version(2)
                .install(at: "\(folder)/s.so")
            guard case .refused = await reload(host).result else {
                Issue.record("\(mode) was taken")
                return
            }
            #expect(try await host.call("s.answer", 0)["version"] == 1)
        }
        try PatchedPlugin("Breakable").broken("good").version(3).install(at: "\(folder)/s.so")
        guard case .switched = await reload(host).result else {
            Issue.record("the good build was not taken")
            return
        }
        #expect(try await host.call("s.answer", 0)["version"] == 3)
        try await host.stop()
    }
}
