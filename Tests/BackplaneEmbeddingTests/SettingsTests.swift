// SPDX-License-Identifier: Apache-2.0

import BackplaneHost
import OracleSupport
import Testing

@testable import BackplaneEmbedding

/// M8: the guide's configuration, with its defaults.
@Suite(.timeLimit(.minutes(5)))
struct SettingsTests {
    @Test func `the defaults are the guide's`() {
        let settings = ServiceSettings()
        #expect(settings.slot == .async)
        #expect(settings.workers == 4)
        #expect(settings.timeout == .seconds(30))
        #expect(settings.retries.max == 3)
        #expect(settings.retries.delay == .milliseconds(100))
        #expect(settings.retries.backoff == 2)
    }

    @Test func `what a registration says wins, the rest is the manager's`() async throws {
        let manager = ServiceManager(
            workers: 3, timeout: nil, retries: Retries(max: 7), options: .test)
        try await manager.register("one", as: Counter.self, workers: 2)
        try await manager.register(
            "two", as: Counter.self, timeout: .seconds(5), retries: Retries(max: 0))
        let one = try #require(manager.host.configuration(of: "one"))
        #expect(one.workers == 2)
        #expect(one.timeout == nil)
        #expect(one.retries.max == 7)
        let two = try #require(manager.host.configuration(of: "two"))
        #expect(two.workers == 3)
        #expect(two.timeout == .seconds(5))
        #expect(two.retries.max == 0)
        await manager.shutdown()
    }

    @Test(arguments: Mounting.allCases)
    func `a time-out is for each attempt, and there are as many as retries say and one`(
        mounting: Mounting
    ) async throws {
        try await withManager { manager in
            try await mounting.register(
                on: manager, timeout: .milliseconds(100),
                retries: Retries(max: 2, delay: .milliseconds(20)))
            try await manager.start()
            let begin = ContinuousClock.now
            let error = await failure { try await manager.call("probe", "sleep", 600_000) }
            #expect(error?.code == .deadlineExceeded)
            #expect(ContinuousClock.now - begin >= .milliseconds(300))
        }
    }

    @Test(arguments: [Slot.inProcess, .async])
    func `attempts are counted`(slot: Slot) async throws {
        try await withManager { manager in
            let counter = Counter()
            try await manager.register(
                "counter", as: counter, slot: slot, timeout: .milliseconds(200),
                retries: Retries(max: 2, delay: .milliseconds(1)))
            try await manager.start()
            _ = await failure { try await manager.call("counter", "stall") }
            #expect(counter.count() == 3)
        }
    }

    @Test func `an idempotent method whose worker died is tried again`() async throws {
        let folder = TemporaryFolder()
        try await withManager { manager in
            try await Mounting.fileForked.register(on: manager)
            let words: String = try await manager.call(
                "probe", "crashOnce", folder.path("first"))
            #expect(words == "ran again")
            let error = await failure {
                try await manager.call("probe", "crashTwice", folder.path("second"))
            }
            #expect(error?.code == .crashed)
        }
    }

    @Test(arguments: Mounting.allCases)
    func `the caller's time is for all attempts together`(mounting: Mounting) async throws {
        try await withManager { manager in
            try await mounting.register(
                on: manager, retries: Retries(max: 1000, delay: .milliseconds(1)))
            try await manager.start()
            let begin = ContinuousClock.now
            let error = await failure {
                try await manager.call("probe", "sleep", 600_000, timeout: .milliseconds(200))
            }
            #expect(error?.code == .deadlineExceeded)
            #expect(ContinuousClock.now - begin < .seconds(20))
        }
    }
}
