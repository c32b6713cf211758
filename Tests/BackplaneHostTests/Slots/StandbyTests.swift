// SPDX-License-Identifier: Apache-2.0

import BackplaneTransport
import Foundation
import OracleSupport
import Synchronization
import Testing

@testable import BackplaneHost

/// What a forked slot keeps ready: the template of its workers, and workers that stand by.
struct StandbyTests {
    @Test func `workers are forked from one template, which goes with them`() async throws {
        let host = try await ForkedHost { $0.workers = 2 }
        let template = try #require(host.load.template)
        #expect(await host.call("preloaded").number == UInt32(template))
        #expect(await host.call("crash").error?.code == .crashed)
        #expect(await waited { host.load.workers == 2 && host.load.restarts == 1 })
        #expect(host.load.template == template)
        for _ in 0..<4 { #expect(await host.call("preloaded").number == UInt32(template)) }
        try await host.stop()
        #expect(await waited { kill(template, 0) != 0 })
    }

    @Test func `a template that dies takes no call along, and another is made`() async throws {
        // In a process of its own, because it adopts orphans from then on.
        await #expect(processExitsWith: .success) {
            let host = try await ForkedHost(adoptsOrphans: true)
            let template = try #require(host.load.template)
            async let running = host.call("wait", timeout: .milliseconds(300))
            #expect(await waited { host.load.running == 1 })
            kill(template, SIGKILL)
            #expect(await waited { host.load.template == nil })
            #expect(await running.error?.code == .deadlineExceeded)
            #expect(host.load.restarts == 0)
            #expect(await host.call("crash").error?.code == .crashed)
            let next = await host.call("preloaded").number
            #expect(next == host.load.template.map { UInt32($0) })
            #expect(next != UInt32(template))
            try await host.stop()
            exit(0)
        }
    }

    @Test(arguments: ["thread", "TROUBLE_NO_PRELOAD"])
    func `a plugin that can't be templated is opened by its workers, and the log says so once`(
        wish: String
    ) async throws {
        let host = try await ForkedHost {
            $0.environment =
                wish == "thread" ? ["TROUBLE_AT_OPEN": wish] : [wish: "1"]
        }
        #expect(host.load.template == nil)
        #expect(await host.call("preloaded").number == 0)
        #expect(await host.call("crash").error?.code == .crashed)
        #expect(await host.call("life").number == 2)
        let log = try #require(host.host.managed("trouble")?.log)
        let lines = log.last(1000).filter { $0.message == "workers open the plugin themselves" }
        #expect(lines.count == 1)
        try await host.stop()
    }

    @Test func `a plugin that crashes as it is opened fails as it did`() async throws {
        let host = try await ForkedHost {
            $0.environment = ["TROUBLE_AT_OPEN": "crash"]
            $0.restart.policy = .never
        }
        let error = await host.call("life").error
        #expect(error?.code == .unavailable)
        #expect(error?.message.contains("SIGSEGV") == true, "\(String(describing: error))")
        try await host.stop()
    }

    @Test func `one that stands by takes over, and another stands by`() async throws {
        let host = try await ForkedHost { $0.standby = 1 }
        #expect(await waited { host.load.standbys == 1 })
        let before = host.load.processes
        #expect(before.count == 2)
        #expect(host.load.workers == 1)
        // It has not been started, and is known by its own number.
        let first = host.host.managed("trouble")?.service.generation?.slot as? ForkedSlot
        let standing = try #require(first?.state.withLock { $0.standbys.first })
        #expect(standing.identifier == "trouble/1#2")
        #expect(await host.call("crash").error?.code == .crashed)
        // Started: `life` counts that.
        #expect(await host.call("life").number == 2)
        #expect(host.load.processes.contains(standing.process.pid))
        #expect(first?.state.withLock { $0.serving.keys.sorted() } == [2])
        #expect(await waited { host.load.standbys == 1 })
        #expect(host.load.workers == 1)
        #expect(host.load.restarts == 1)
        try await host.stop()
    }

    @Test func `one that dies while it stands by is replaced, and nobody hears of it`() async throws
    {
        let host = try await ForkedHost {
            $0.standby = 2
            $0.restart.delay = .milliseconds(1)
        }
        #expect(await waited { host.load.standbys == 2 })
        let slot = host.host.managed("trouble")?.service.generation?.slot as? ForkedSlot
        let standing = try #require(slot?.state.withLock { $0.standbys.first?.process.pid })
        kill(standing, SIGKILL)
        #expect(await waited { !host.load.processes.contains(standing) })
        #expect(await waited { host.load.standbys == 2 })
        #expect(host.load.restarts == 0)
        #expect(host.host.managed("trouble")?.supervisor.condition.exits.isEmpty == true)
        try await host.stop()
    }

    @Test func `of fifty deaths each is made good by one that stands by`() async throws {
        let host = try await ForkedHost {
            $0.standby = 1
            $0.restart.healthyAfter = .nanoseconds(1)
        }
        for _ in 0..<50 {
            #expect(await host.call("crash").error?.code == .crashed)
            #expect(await host.call("life").number == 2)
        }
        #expect(await waited { host.load.restarts == 50 && host.load.standbys == 1 })
        #expect(host.load.processes.count == 2)
        try await host.stop()
    }

    @Test(arguments: [0, 1])
    func `what a worker has is free before another is started in its place`(standby: Int)
        async throws
    {
        let folder = TemporaryFolder()
        let lock = folder.path + "/lock"
        try Data().write(to: URL(filePath: lock))
        let host = try await ForkedHost {
            $0.environment = ["TROUBLE_LOCK": lock]
            $0.standby = standby
            $0.restart.healthyAfter = .nanoseconds(1)
        }
        for count in 1...10 {
            // It takes a while to give back.
            #expect(await host.call("hoard", ForkedHost.number(200)).number == 1)
            #expect(await host.call("crash").error?.code == .crashed)
            #expect(await host.call("life").number == 2)
            #expect(await waited { host.load.restarts == count })
        }
        #expect(host.load.restarts == 10)
        try await host.stop()
    }

    @Test func `limits are in force`() async throws {
        let host = try await ForkedHost {
            $0.limits = WorkerLimits(memoryBytes: 256 << 20, openFiles: 40)
        }
        #expect(await host.call("hoard", ForkedHost.number(16)).number == 1)
        #expect(await host.call("hoard", ForkedHost.number(512)).number == 0)
        let process = try #require(host.load.processes.first)
        let limits = try String(contentsOfFile: "/proc/\(process)/limits", encoding: .utf8)
        let files = limits.split(separator: "\n").first { $0.hasPrefix("Max open files") }
        #expect(files?.dropFirst(26).split(separator: " ").first == "40")
        try await host.stop()
    }

    @Test func `a fork server that is killed under load is not missed`() async throws {
        // In a process of its own, because it adopts orphans from then on.
        await #expect(processExitsWith: .success) {
            let host = try await ForkedHost(adoptsOrphans: true) {
                $0.workers = 2
                $0.restart.healthyAfter = .nanoseconds(1)
            }
            let server = try #require(try host.host.resources.workers.server().pid)
            let isEnough = Monitor(false)
            let calls = Task {
                var failures: [CallError] = []
                while !isEnough.withLock({ $0 }) {
                    let outcome = await host.call("life")
                    if outcome.number != 2, let error = outcome.error { failures.append(error) }
                }
                return failures
            }
            kill(server, SIGKILL)
            #expect(await waited { kill(server, 0) != 0 })
            #expect(host.load.restarts == 0)
            // The template is still there, and so is the next worker.
            #expect(await host.call("crash").error?.code == .crashed)
            #expect(await waited { host.load.workers == 2 })
            isEnough.withLock { $0 = true }
            #expect(await calls.value == [])
            try await host.stop()
            exit(0)
        }
    }
}
