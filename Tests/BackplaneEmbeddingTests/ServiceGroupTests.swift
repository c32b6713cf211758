// SPDX-License-Identifier: Apache-2.0

import BackplaneEmbedding
import EmbeddingGuide
import Logging
import ServiceLifecycle
import Testing

/// A manager beside other services of a group.
@Suite(.timeLimit(.minutes(5)))
struct ServiceGroupTests {
    /// Does something once, and waits for the end.
    private struct Client: Service {
        let body: @Sendable () async throws -> Void

        func run() async throws {
            try await body()
            try await gracefulShutdown()
        }
    }

    @Test func `a manager runs in a group, and ends when the group is shut down`() async throws {
        let counter = Counter()
        let manager = ServiceManager(options: .test)
        try await manager.register("counter", as: counter)
        let (called, continuation) = AsyncStream.makeStream(of: Int.self)
        let client = Client {
            continuation.yield(try await manager.call("counter", "increment"))
        }
        let group = ServiceGroup(
            services: [manager, client],
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        let task = Task { try await group.run() }
        for await number in called {
            #expect(number == 1)
            break
        }
        await group.triggerGracefulShutdown()
        try await task.value
        #expect(counter.stopCount == 1)
        #expect(await failure { try await manager.start() }?.code == .unavailable)
    }

    @Test func `the page's group runs, until one of its services ends`() async throws {
        struct Visitor: Service {
            func run() async throws {}
        }
        await #expect(throws: ServiceGroupError.serviceFinishedUnexpectedly()) {
            try await Guide.amongServices(Visitor())
        }
    }

    @Test func `a manager that somebody shuts down ends its run`() async throws {
        let manager = ServiceManager(options: .test)
        let task = Task { try await manager.run() }
        try await manager.start()
        await manager.shutdown()
        // It may have been too late to run at all.
        let error = await failure { try await task.value }
        #expect(error == nil || error?.code == .unavailable)
    }

    @Test func `cancelling its run shuts a manager down`() async throws {
        let counter = Counter()
        let manager = ServiceManager(options: .test)
        try await manager.register("counter", as: counter)
        try await manager.start()
        let task = Task { try await manager.run() }
        task.cancel()
        try await task.value
        #expect(counter.stopCount == 1)
    }

    @Test func `who starts a manager by a call does not end it`() async throws {
        let manager = ServiceManager(options: .test)
        try await manager.register("counter", as: Counter.self)
        let starter = Task { () -> Int in try await manager.call("counter", "increment") }
        #expect(try await starter.value == 1)
        starter.cancel()
        #expect(try await manager.call("counter", "increment") == 2)
        await manager.shutdown()
    }

    @Test func `two managers live in one process`() async throws {
        try await withManager { one in
            try await withManager { two in
                try await one.register("counter", as: Counter.self)
                try await two.register("counter", as: Counter.self)
                try one.provide("which") { () -> Int in 1 }
                try two.provide("which") { () -> Int in 2 }
                #expect(try await one.call("counter", "increment") == 1)
                #expect(try await two.call("counter", "increment") == 1)
                #expect(try one.callFunction("which") == 1)
                #expect(try two.callFunction("which") == 2)
            }
        }
    }

    @Test func `a manager that can't have its state folder says so`() async throws {
        var options = ServiceManager.Options.test
        options.stateFolder = "/proc/no-folder"
        let manager = ServiceManager(options: options)
        let error = await failure { try await manager.start() }
        #expect(error?.code == .unavailable)
        #expect(error?.message.contains("/proc/no-folder") == true)
    }
}
