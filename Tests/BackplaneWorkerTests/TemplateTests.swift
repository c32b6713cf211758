// SPDX-License-Identifier: Apache-2.0

import BackplaneImage
import BackplaneTransport
import Foundation
import OracleSupport
import Testing

/// Templates: processes that have a plugin open, and the workers that are forked from them.
struct TemplateTests {
    typealias Method = WorkerTests.Method

    private let server: ForkServer

    init() throws {
        server = try ForkServer(executable: WorkerBuild.executable())
    }

    @Test func `a worker has what its template has opened and preloaded`() async throws {
        let template = try await template()
        let worker = try await TestWorker.forked(server, from: template)
        #expect(try worker.call(Method.preloaded).number == UInt32(template.pid))
        #expect(worker.process.pid != template.pid)
        #expect(try worker.call(Method.life).number == 2)
        // The plugin is described all the same, and is not opened again.
        let opened = try worker.step(worker.open(CPlugin.trouble.path()), .opened)
        #expect(try PluginDescription(fields: opened.payload.bytes).name == "trouble")
        #expect(try worker.call(Method.life).number == 2)
    }

    @Test func `the C library knows who it is, in a template and in its workers`() async throws {
        let template = try await template(environment: ["TROUBLE_KEEPS=1"])
        let worker = try await TestWorker.forked(server, from: template)
        // Handlers of pthread_atfork ran, and a descriptor that the plugin keeps is still its own.
        #expect(try worker.call(Method.sound).number == 15)
    }

    @Test func `a worker of a template has its channel, its log and nothing else`() async throws {
        let template = try await template()
        for _ in 0..<2 {
            let worker = try await TestWorker.forked(server, from: template)
            let lines = try worker.call(Method.descriptors).text.split(separator: "\n")
            let others = lines.filter {
                !$0.hasSuffix("anon_inode:[eventfd]") || $0.hasPrefix("3=")
            }
            let numbers = others.compactMap { $0.split(separator: "=").first.flatMap { Int($0) } }
            #expect(numbers.sorted() == [0, 1, 2, 3], "\(lines)")
            #expect(others.contains { $0 == "3=anon_inode:[eventfd]" })
            #expect(others.contains { $0.hasPrefix("1=pipe:") })
            // Of what is shared with the host, its own two, once each: nothing of a neighbour.
            let shared = try worker.call(Method.maps).text.split(separator: "\n")
            #expect(shared.count { $0.contains("backplane-") } == 2, "\(shared)")
        }
    }

    @Test func `environment, limits and group are in force, signals as new`() async throws {
        let spawn = WorkerSpawn(
            name: "bounded/1#1", environment: ["A=1", "B=x=y"],
            limits: WorkerLimits(memoryBytes: 256 << 20, cpuSeconds: 1, openFiles: 32))
        let template = try await template(spawn)
        let worker = try await TestWorker.forked(server, from: template, spawn)
        #expect(try worker.call(Method.environment).text == "A=1\nB=x=y\n")
        #expect(getpgid(worker.process.pid) == worker.process.pid)
        let status = try worker.call(Method.status).text
        #expect(status.contains("Name:\tbounded/1#1\n"))
        #expect(status.contains("SigBlk:\t0000000000000000\n"))
        #expect(status.contains("SigIgn:\t0000000000000000\n"))
        let limits = try String(
            contentsOfFile: "/proc/\(worker.process.pid)/limits", encoding: .utf8)
        func limit(_ name: String) -> Substring? {
            limits.split(separator: "\n").first { $0.hasPrefix(name) }?
                .dropFirst(26).split(separator: " ").first
        }
        #expect(limit("Max open files") == "32")
        #expect(limit("Max data size") == "\(256 << 20)")
        #expect(limit("Max core file size") == "0")
        #expect(try worker.call(Method.hoard, argument(16)).number == 1)
        #expect(try worker.call(Method.hoard, argument(512)).number == 0)
        try worker.send(Frame(.invoke, argument: .max, code: Method.spin))
        #expect(worker.exit()?.reason == .signaled(SIGXCPU))
    }

    @Test(arguments: [
        ("thread", TransportError.Code.unfit, "2 threads"),
        ("crash", .closed, "signaled(11)"),
        ("hang", .closed, "in time"),
    ])
    func `a plugin that can't be templated is told, and costs nothing`(
        wish: String, code: TransportError.Code, words: String
    ) async throws {
        let error = await #expect(throws: TransportError.self) {
            try await template(
                environment: ["TROUBLE_AT_OPEN=\(wish)"],
                within: wish == "hang" ? 200_000_000 : 20_000_000_000)
        }
        #expect(error?.code == code)
        #expect(error?.message.contains(words) == true, "\(String(describing: error))")
        guard code == .unfit else { return }
        // It opens all the same, after the fork.
        let worker = try await TestWorker.running(
            server, .trouble,
            WorkerSpawn(name: "late", environment: ["TROUBLE_AT_OPEN=\(wish)"]))
        #expect(try worker.call(Method.life).number == 2)
    }

    @Test func `a preload that fails says why`() async throws {
        let error = await #expect(throws: TransportError.self) {
            try await template(environment: ["TROUBLE_NO_PRELOAD=1"])
        }
        #expect(error?.code == .unfit)
        #expect(error?.message == "its preload failed: it would rather not")
        let missing = await #expect(throws: TransportError.self) {
            try await server.makeTemplate(
                WorkerSpawn(name: "none"), opening: "/nowhere/libNothing.so",
                within: 10_000_000_000, output: { _, _ in })
        }
        #expect(missing?.message.contains("/nowhere/libNothing.so") == true)
    }

    @Test func `what is printed while it is opened is heard once`() async throws {
        let heard = Monitor<[String]>([])
        let template = try await template(environment: ["TROUBLE_AT_OPEN=print"]) { lines in
            heard.withLock { $0 += lines }
            heard.notify(all: true)
        }
        let worker = try await TestWorker.forked(server, from: template)
        #expect(worker.log.wait(until: .now.advanced(by: .seconds(10))) { $0.first } != nil)
        #expect(worker.log.withLock { $0 } == ["created test/1#1"])
        let lines = heard.wait(until: .now.advanced(by: .seconds(10))) { $0.isEmpty ? nil : $0 }
        #expect(lines == ["opened in one"])
    }

    @Test func `templates and their workers outlive the fork server`() async {
        // In a process of its own, because it adopts orphans from then on.
        await #expect(processExitsWith: .success) {
            let server = try ForkServer(
                executable: WorkerBuild.executable(), adoptsOrphans: true)
            let template = try await Self.template(server)
            let worker = try await TestWorker.forked(server, from: template)
            let first = try #require(server.pid)
            kill(first, SIGKILL)
            #expect(HostDeathTests.hasEnded(first))
            #expect(try worker.call(Method.life).number == 2)
            let next = try await TestWorker.forked(server, from: template)
            #expect(try next.call(Method.preloaded).number == UInt32(template.pid))
            next.process.kill()
            #expect(next.exit()?.reason == .signaled(SIGKILL))
            // Another fork server makes other templates.
            let other = try await Self.template(server)
            #expect(other.pid != template.pid)
            #expect(try await TestWorker.forked(server, from: other).call(Method.life).number == 2)
            exit(0)
        }
    }

    @Test func `workers outlive their template, and their ends are seen`() async {
        // In a process of its own, because it adopts orphans from then on.
        await #expect(processExitsWith: .success) {
            let server = try ForkServer(
                executable: WorkerBuild.executable(), adoptsOrphans: true)
            let template = try await Self.template(server)
            let worker = try await TestWorker.forked(server, from: template)
            kill(template.pid, SIGKILL)
            #expect(HostDeathTests.hasEnded(template.pid))
            #expect(try worker.call(Method.life).number == 2)
            await #expect(throws: TransportError.self) {
                for _ in 0..<100 {
                    _ = try await server.spawn(WorkerSpawn(name: "late"), from: template)
                        .exitAfterKill()
                }
            }
            #expect(!template.isRunning)
            worker.process.kill()
            #expect(worker.exit()?.reason == .signaled(SIGKILL))
            exit(0)
        }
    }

    @Test func `a template ends with who holds it`() async throws {
        var template: WorkerTemplate? = try await template()
        let pid = try #require(template?.pid)
        #expect(server.hasMade(pid))
        template = nil
        #expect(HostDeathTests.hasEnded(pid))
    }

    @Test func `a bare child answers`() async throws {
        let template = try await template()
        for _ in 0..<20 { try await server.forkBare(from: template) }
        try await server.forkBare()
        let worker = try await TestWorker.forked(server, from: template)
        #expect(try worker.call(Method.life).number == 2)
    }

    @Test func `requests that find no room wait, and no thread of the pool does`() async throws {
        let template = try await template()
        let server = server
        kill(template.pid, SIGSTOP)
        try await withThrowingTaskGroup { group in
            for _ in 0..<400 { group.addTask { try await server.forkBare(from: template) } }
            // Runs on the pool as well: it comes to this whatever becomes of the requests.
            group.addTask { kill(template.pid, SIGCONT) }
            try await group.waitForAll()
        }
        let worker = try await TestWorker.forked(server, from: template)
        #expect(try worker.call(Method.life).number == 2)
    }

    private func template(
        _ spawn: WorkerSpawn = WorkerSpawn(name: "test"), environment: [String] = [],
        within limit: UInt64 = 20_000_000_000,
        output: @escaping @Sendable ([String]) -> Void = { _ in }
    ) async throws -> WorkerTemplate {
        try await Self.template(
            server, spawn, environment: environment, within: limit, output: output)
    }

    static func template(
        _ server: ForkServer, _ spawn: WorkerSpawn = WorkerSpawn(name: "test"),
        environment: [String] = [], within limit: UInt64 = 20_000_000_000,
        output: @escaping @Sendable ([String]) -> Void = { _ in }
    ) async throws -> WorkerTemplate {
        var spawn = spawn
        spawn.environment += environment
        return try await server.makeTemplate(
            spawn, opening: CPlugin.trouble.path(), within: limit
        ) { lines, _ in output(lines) }
    }
}

extension TestWorker {
    /// A worker of a template whose plugin is created and started.
    static func forked(
        _ server: ForkServer, from template: WorkerTemplate,
        _ spawn: WorkerSpawn = WorkerSpawn(name: "test")
    ) async throws -> TestWorker {
        let worker = try await TestWorker(server, spawn, from: template)
        try #require(worker.step(worker.create()).code == 0)
        try #require(worker.step(Frame(.start)).code == 0)
        return worker
    }
}
