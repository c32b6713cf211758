// SPDX-License-Identifier: Apache-2.0

import BackplaneTransport
import Foundation
import OracleSupport
import Synchronization
import Testing

/// Processes: how they are made, what they have, how they end.
struct ForkServerTests {
    typealias Method = WorkerTests.Method

    let server: ForkServer

    init() throws {
        server = try ForkServer(executable: WorkerBuild.executable())
    }

    @Test func `fifty killed at once are fifty exits, and no zombies`() async throws {
        var workers: [WorkerProcess] = []
        for index in 0..<50 {
            workers.append(try await server.spawn(WorkerSpawn(name: "w\(index)")))
        }
        let exits = Monitor<[Int32: Int]>([:])
        for worker in workers {
            worker.onExit { exit in
                #expect(exit.reason == .signaled(SIGKILL))
                exits.withLock { $0[exit.pid, default: 0] += 1 }
                exits.notify(all: true)
            }
        }
        for worker in workers { worker.kill() }
        let seen = exits.wait(until: Instant.now.advanced(by: .seconds(20))) {
            $0.count == 50 ? $0 : nil
        }
        #expect(seen?.values.allSatisfy { $0 == 1 } == true)
        let server = try #require(server.pid)
        // What has their memory ends a moment later.
        try Deadline.wait("the end of all children") { Self.children(of: server) == [] }
    }

    @Test func `a death is noticed within milliseconds, with its signal`() async throws {
        let worker = try await TestWorker.running(server, .trouble)
        let start = Instant.now
        try worker.send(Frame(.invoke, argument: .max, code: Method.crash, payload: .null))
        #expect(worker.exit()?.reason == .signaled(SIGSEGV))
        // Generous: the machine may be busy. What it guards against is a backtrace or a core dump.
        #expect(Instant.now.nanoseconds(since: start) < 300_000_000)
        #expect(worker.ends())
        #expect(worker.process.exit?.peakMemoryBytes ?? 0 > 1 << 20)
    }

    @Test func `a worker has its channel, its log and nothing else`() async throws {
        let first = try await TestWorker.running(server, .trouble)
        let second = try await TestWorker.running(server, .trouble)
        for worker in [first, second] {
            let lines = try worker.call(Method.descriptors).text.split(separator: "\n")
            let open = Dictionary(
                uniqueKeysWithValues: lines.map { line in
                    let parts = line.split(separator: "=", maxSplits: 1)
                    return (parts[0], parts[1])
                })
            #expect(open["0"] == "/dev/null")
            #expect(open["1"]?.hasPrefix("pipe:") == true)
            #expect(open["1"] == open["2"])
            #expect(open["3"] == "anon_inode:[eventfd]")
            // The main queue's own descriptor was made after the fork.
            let others = open.filter { Int($0.key) ?? 0 > 3 }.values
            #expect(others.allSatisfy { $0 == "anon_inode:[eventfd]" }, "\(others)")
        }
    }

    @Test func `more requests at once than a socket holds are all answered`() async throws {
        let large = "LARGE=" + String(repeating: "x", count: 60_000)
        let server = server
        let pids = try await withThrowingTaskGroup(of: Int32.self) { tasks in
            for number in 0..<40 {
                tasks.addTask {
                    let worker = try await server.spawn(
                        WorkerSpawn(name: "large\(number)", environment: [large]))
                    worker.kill()
                    _ = await worker.waitForExit()
                    return worker.pid
                }
            }
            return try await tasks.reduce(into: Set<Int32>()) { $0.insert($1) }
        }
        #expect(pids.count == 40)
    }

    @Test func `descriptors here and there stay as many over many workers`() async {
        // In a process of its own: other tests open descriptors too.
        await #expect(processExitsWith: .success) {
            let server = try ForkServer(executable: WorkerBuild.executable())
            _ = try await server.spawn(WorkerSpawn(name: "first")).exitAfterKill()
            let own = try Self.descriptors(of: getpid()).count
            let pid = try #require(server.pid)
            let there = try Self.descriptors(of: pid).count
            for index in 0..<20 {
                _ = try await server.spawn(WorkerSpawn(name: "w\(index)")).exitAfterKill()
            }
            #expect(try Self.descriptors(of: pid).count == there)
            #expect(try Self.descriptors(of: getpid()).count <= own + 4)
            exit(0)
        }
    }

    @Test func `the environment is what was sent, the signals are as new`() async throws {
        let worker = try await TestWorker.running(
            server, .trouble, WorkerSpawn(name: "env/1#1", environment: ["A=1", "B=x=y"]))
        #expect(try worker.call(Method.environment).text == "A=1\nB=x=y\n")
        let status = try worker.call(Method.status).text
        func field(_ name: String) -> Substring? {
            status.split(separator: "\n").first { $0.hasPrefix("\(name):") }?
                .split(separator: "\t").last
        }
        #expect(field("Name") == "env/1#1")
        #expect(field("SigBlk") == "0000000000000000")
        #expect(field("SigIgn") == "0000000000000000")
        // Group: its own.
        #expect(getpgid(worker.process.pid) == worker.process.pid)
    }

    @Test func `limits hold`() async throws {
        let worker = try await TestWorker.running(
            server, .trouble,
            WorkerSpawn(name: "limited", limits: WorkerLimits(cpuSeconds: 1, openFiles: 32)))
        try worker.send(Frame(.invoke, argument: .max, code: Method.spin))
        #expect(worker.exit()?.reason == .signaled(SIGXCPU))
    }

    @Test func `what a worker started goes with it`() async throws {
        let worker = try await TestWorker.running(server, .trouble)
        let child = Int32(try worker.call(Method.child).number)
        #expect(kill(child, 0) == 0)
        worker.process.kill()
        #expect(worker.exit() != nil)
        #expect(HostDeathTests.hasEnded(child))
    }

    @Test func `an environment that is too large is refused and leaves nothing`() async throws {
        let large = "A=" + String(repeating: "x", count: ForkRequest.maximumSize)
        await #expect(throws: TransportError.self) {
            try await server.spawn(WorkerSpawn(name: "large", environment: [large]))
        }
        let pid = try #require(server.pid)
        #expect(Self.children(of: pid) == [])
    }

    @Test func `an executable that is none is an error in words`() {
        #expect(throws: TransportError.self) {
            try ForkServer(executable: "/nowhere/backplane-worker")
        }
    }

    @Test func `a program that is no fork server is an error, not a hang`() async throws {
        let server = try ForkServer(executable: "/bin/true")
        await #expect(throws: TransportError.self) {
            try await server.spawn(WorkerSpawn(name: "x"))
        }
    }

    @Test func `a flood in the log does not keep the worker, and is counted`() async throws {
        let worker = try await TestWorker.running(server, .trouble)
        let begin = Instant.now
        #expect(try worker.call(Method.print, argument(200_000)).number == 200_000)
        let first = worker.log.wait(until: Instant.now.advanced(by: .seconds(10))) { $0.first }
        #expect(first == "created test/1#1")
        // Killed, so that the pipe ends and what was dropped last is told.
        worker.process.kill()
        let all = worker.dropped.wait(until: .now.advanced(by: .seconds(60))) { dropped in
            let kept = worker.log.withLock { $0.count }
            return kept + dropped == 200_001 ? kept : nil
        }
        let seconds = Int(Instant.now.duration(since: begin).components.seconds)
        #expect(try #require(all) <= 2000 * (seconds + 2))
    }

    static func children(of pid: Int32) -> [Int32] {
        let path = "/proc/\(pid)/task/\(pid)/children"
        let text = (try? String(contentsOfFile: path, encoding: .utf8)) ?? ""
        return text.split(separator: " ").compactMap { Int32($0) }
    }

    static func descriptors(of pid: Int32) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: "/proc/\(pid)/fd")
    }
}

extension WorkerProcess {
    func exitAfterKill() -> WorkerExit? {
        kill()
        return exit(withinSeconds: 20)
    }
}
