// SPDX-License-Identifier: Apache-2.0

import BackplaneHost
import Foundation
import OracleSupport
import Testing

@testable import BackplaneEmbedding

/// M1: a default slot for all services, and an end.
@Suite(.timeLimit(.minutes(5)))
struct DefaultSlotTests {
    @Test(arguments: [Slot.inProcess, .async, .forked])
    func `a service that names no slot runs in the manager's`(slot: Slot) async throws {
        try await withManager(slot: slot) { manager in
            try await manager.register("probe", plugin: "Probe", workers: 1)
            let process: Int32 = try await manager.call("probe", "processNumber")
            #expect((process == getpid()) == (slot != .forked))
            #expect(manager.host.configuration(of: "probe")?.slot == slot.kind)
        }
    }

    @Test func `without a word about slots, services are async`() async throws {
        let manager = ServiceManager(options: .test)
        try await manager.register("counter", as: Counter.self)
        let service = try #require(manager.host.configuration(of: "counter"))
        #expect(service.slot == .async)
        #expect(service.workers == 4)
        await manager.shutdown()
    }

    @Test func `in a file, defaults slot is the slot of every service that says no other`() throws {
        let folder = TemporaryFolder()
        let text = """
            version: 1
            defaults: { slot: in-process }
            services:
              one: { plugin: Echo }
              two: { plugin: Echo, slot: forked }
            """
        let file = try folder.file("services.yaml", Array(text.utf8))
        let services = try ConfigurationFile.load(path: file).services
        #expect(services.map(\.slot) == [.inProcess, .forked])
    }

    @Test func `shutdown lets running calls end, stops every service, and can come twice`()
        async throws
    {
        let counter = Counter()
        let manager = ServiceManager(options: .test)
        try await manager.register("counter", as: counter, workers: 2)
        try await manager.start()
        // Alone, it waits for others as long as it does.
        let running = Task { () -> Int in try await manager.call("counter", "meet", 2) }
        try Deadline.wait("the call to run") { manager.host.load(of: "counter")?.running == 1 }
        async let one: Void = manager.shutdown()
        async let two: Void = manager.shutdown()
        _ = await (one, two)
        #expect(try await running.value == 1)
        #expect(counter.stopCount == 1)
        let error = await failure { try await manager.call("counter", "count") }
        #expect(error?.code == .unavailable)
        #expect(error?.message.contains("shut down") == true)
    }

    @Test func `a manager that never started shuts down too`() async {
        let manager = ServiceManager(options: .test)
        await manager.shutdown()
        let error = await failure { try await manager.start() }
        #expect(error?.code == .unavailable)
    }

    @Test func `the temporary folder is gone after the end`() async throws {
        let manager = ServiceManager(options: .test)
        try await manager.start()
        let folder = manager.host.stateFolder
        #expect(FileManager.default.fileExists(atPath: folder))
        await manager.shutdown()
        #expect(!FileManager.default.fileExists(atPath: folder))
    }
}
