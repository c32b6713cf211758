// SPDX-License-Identifier: Apache-2.0

import BackplaneTransport
import Foundation
import OracleSupport
import Testing

/// Workers that a template has forked ahead of the request for them.
struct SpareTests {
    typealias Method = WorkerTests.Method

    private let server: ForkServer

    init() throws {
        server = try ForkServer(executable: WorkerBuild.executable())
    }

    @Test func `it becomes the next worker, which is what any worker is`() async throws {
        let spawn = WorkerSpawn(
            name: "bounded/1#1", environment: ["A=1"],
            limits: WorkerLimits(memoryBytes: 256 << 20, openFiles: 32))
        let template = try await TemplateTests.template(server, spawn)
        // One that was forked when it was asked for: as a rule, nothing has had time to be ahead yet.
        let first = try await TestWorker.forked(server, from: template, spawn)
        let count = try first.call(Method.descriptors).text.split(separator: "\n").count
        for _ in 0..<3 {
            let spare = try Self.spare(of: template)
            let worker = try await TestWorker.forked(server, from: template, spawn)
            #expect(worker.process.pid == spare)
            #expect(getpgid(spare) == spare)
            #expect(try worker.call(Method.preloaded).number == UInt32(template.pid))
            #expect(try worker.call(Method.environment).text == "A=1\n")
            let status = try worker.call(Method.status).text
            #expect(status.contains("Name:\tbounded/1#1\n"))
            #expect(status.contains("SigBlk:\t0000000000000000\n"))
            #expect(status.contains("SigIgn:\t0000000000000000\n"))
            let limits = try String(contentsOfFile: "/proc/\(spare)/limits", encoding: .utf8)
            let files = limits.split(separator: "\n").first { $0.hasPrefix("Max open files") }
            #expect(files?.dropFirst(26).split(separator: " ").first == "32")
            let open = try worker.call(Method.descriptors).text.split(separator: "\n")
            #expect(open.count { !$0.hasSuffix("anon_inode:[eventfd]") } == 3, "\(open)")
            #expect(open.count == count, "\(open)")
            let shared = try worker.call(Method.maps).text.split(separator: "\n")
            #expect(shared.count { $0.contains("backplane-") } == 2, "\(shared)")
            worker.process.kill()
            #expect(worker.exit()?.reason == .signaled(SIGKILL))
        }
    }

    @Test func `one that ends is no loss, and another follows the next worker`() async throws {
        let template = try await TemplateTests.template(server)
        let lost = try Self.spare(of: template)
        kill(lost, SIGKILL)
        try Deadline.wait("its end") { kill(lost, 0) != 0 }
        let worker = try await TestWorker.forked(server, from: template)
        #expect(try worker.call(Method.life).number == 2)
        let next = try Self.spare(of: template)
        #expect(try await TestWorker.forked(server, from: template).process.pid == next)
    }

    @Test func `of many requests at once one gets it`() async throws {
        let template = try await TemplateTests.template(server)
        let spare = try Self.spare(of: template)
        let server = server
        let pids = try await withThrowingTaskGroup { group in
            for _ in 0..<8 {
                group.addTask {
                    let worker = try await server.spawn(WorkerSpawn(name: "test"), from: template)
                    defer { worker.kill() }
                    return worker.pid
                }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(Set(pids).count == 8)
        #expect(pids.contains(spare))
    }

    @Test func `it ends with its template`() async throws {
        var template: WorkerTemplate? = try await TemplateTests.template(server)
        let spare = try Self.spare(of: #require(template))
        template = nil
        #expect(HostDeathTests.hasEnded(spare))
        let killed = try await TemplateTests.template(server)
        let other = try Self.spare(of: killed)
        kill(killed.pid, SIGKILL)
        #expect(HostDeathTests.hasEnded(other))
    }

    @Test func `where orphans are adopted it ends with its template, too`() async {
        // In a process of its own, because it adopts orphans from then on.
        await #expect(processExitsWith: .success) {
            let server = try ForkServer(
                executable: WorkerBuild.executable(), adoptsOrphans: true)
            let template = try await TemplateTests.template(server)
            let spare = try SpareTests.spare(of: template)
            kill(template.pid, SIGKILL)
            try Deadline.wait("its end, waited for") { kill(spare, 0) != 0 }
            exit(0)
        }
    }

    private static func spare(of template: WorkerTemplate) throws -> Int32 {
        let pid = template.pid
        try Deadline.wait("a spare") { spares(of: pid).count == 1 }
        return try #require(spares(of: pid).first)
    }

    private static func spares(of template: Int32) -> [Int32] {
        ForkServerTests.children(of: template).filter { Processes.name($0) == "bp-spare" }
    }
}
