// SPDX-License-Identifier: Apache-2.0

import BackplaneTransport
import Foundation
import OracleSupport
import Testing

/// Who goes with whom, when somebody goes.
///
/// Each host has a process of its own, which may die.
struct HostDeathTests {
    typealias Method = WorkerTests.Method

    @Test func `with a killed host goes everything it had made`() async throws {
        let note: String = FileManager.default.temporaryDirectory
            .appending(path: "backplane-host-death-\(getpid())").path
        defer { try? FileManager.default.removeItem(atPath: note) }
        await #expect(processExitsWith: .signal(SIGKILL)) { [note = note as String] in
            let server = try ForkServer(
                executable: WorkerBuild.executable(), adoptsOrphans: true)
            var pids = [try #require(server.pid)]
            // One that spins, one that ignores SIGTERM, one that only waits, one with a child.
            for method in [Method.spin, Method.deaf, nil, Method.child] {
                let worker = try await TestWorker.running(server, .trouble)
                pids.append(worker.process.pid)
                guard let method else { continue }
                if method == Method.child {
                    pids.append(Int32(try worker.call(method).number))
                } else {
                    try worker.send(Frame(.invoke, argument: .max, code: method))
                }
            }
            let text = pids.map(String.init).joined(separator: " ")
            try text.write(toFile: note, atomically: true, encoding: .utf8)
            kill(getpid(), SIGKILL)
        }
        let start = Instant.now
        let text = try String(contentsOfFile: note, encoding: .utf8)
        let pids = text.split(separator: " ").compactMap { Int32($0) }
        #expect(pids.count == 6)
        for pid in pids { #expect(Self.hasEnded(pid)) }
        #expect(Instant.now.nanoseconds(since: start) < 1_000_000_000)
    }

    @Test func `workers go on without their fork server where orphans are adopted`() async {
        await #expect(processExitsWith: .success) {
            let events = Monitor<[ForkServer.Event]>([])
            let server = try ForkServer(
                executable: WorkerBuild.executable(), adoptsOrphans: true
            ) { event in
                events.withLock { $0.append(event) }
                events.notify(all: true)
            }
            let worker = try await TestWorker.running(server, .echo)
            let other = try await TestWorker.running(server, .trouble)
            let first = try #require(server.pid)
            kill(first, SIGKILL)
            let died = events.wait(until: Instant.now.advanced(by: .seconds(10))) { events in
                events.contains { if case .died = $0 { true } else { false } } ? true : nil
            }
            #expect(died == true)
            #expect(try worker.call(0, [0x81, 7]).payload == Payload([7]))
            // A new one is made when it is needed, and the old workers' ends are still seen.
            let next = try await TestWorker.running(server, .echo)
            #expect(server.pid != nil && server.pid != first)
            #expect(try next.call(0, [0x81, 8]).payload == Payload([8]))
            worker.process.kill()
            #expect(worker.exit()?.reason == .signaled(SIGKILL))
            try other.send(Frame(.exit))
            #expect(other.exit()?.reason == .exited(0))
            next.process.kill()
            #expect(next.exit()?.reason == .signaled(SIGKILL))
            // Those that it has made itself are another thread's.
            try Deadline.wait("the end of all it has adopted") {
                ForkServerTests.children(of: getpid()) == []
            }
            exit(0)
        }
    }

    @Test func `workers go with their fork server where nobody adopts them`() async {
        await #expect(processExitsWith: .success) {
            let server = try ForkServer(executable: WorkerBuild.executable())
            let worker = try await TestWorker.running(server, .trouble)
            try worker.send(Frame(.invoke, argument: .max, code: Method.spin))
            kill(try #require(server.pid), SIGKILL)
            #expect(worker.exit()?.reason == .unknown)
            #expect(worker.ends())
            exit(0)
        }
    }

    /// Whether a process ends within some seconds; a zombie that nobody has fetched has ended.
    static func hasEnded(_ pid: Int32) -> Bool {
        let deadline = Instant.now.advanced(by: .seconds(5))
        while Instant.now < deadline {
            guard
                let stat = try? String(contentsOfFile: "/proc/\(pid)/stat", encoding: .utf8),
                let state = stat.split(separator: ") ").last?.first, state != "Z"
            else { return true }
            sched_yield()
        }
        return false
    }
}
