// SPDX-License-Identifier: Apache-2.0

import BackplaneTransport
import Foundation
import OracleSupport
import Testing

/// The process that has a worker's memory a moment longer than the worker.
struct KeeperTests {
    private let server: ForkServer

    init() throws {
        server = try ForkServer(executable: WorkerBuild.executable())
    }

    @Test func `a worker has one, which has nothing open and no group but its own`() async throws {
        let maker = try #require(server.pid)
        let worker = try await TestWorker.running(server, .trouble)
        let keeper = try Self.keeper(of: maker)
        // One descriptor, for the end of the worker.
        try Deadline.wait("the keeper to be set up") {
            let open = try? FileManager.default.contentsOfDirectory(atPath: "/proc/\(keeper)/fd")
            return open?.count == 1 && getpgid(keeper) == keeper
        }
        // No handler of the worker's runs in it: what can be blocked is, but for the C library's own two.
        let mask = Self.status(of: keeper).first { $0.hasPrefix("SigBlk:\t") }?.dropFirst(8)
        let blocked = try #require(mask.flatMap { UInt64($0, radix: 16) })
        let others = [SIGKILL, SIGSTOP, 32, 33].reduce(UInt64(0)) { $0 | 1 << UInt64($1 - 1) }
        #expect(blocked | others == .max)
        worker.process.kill()
        #expect(worker.exit()?.reason == .signaled(SIGKILL))
        try Self.waitForNone(of: maker)
    }

    @Test func `much memory is given back, too`() async throws {
        let maker = try #require(server.pid)
        let worker = try await TestWorker.running(server, .trouble)
        let keeper = try Self.keeper(of: maker)
        #expect(try worker.call(WorkerTests.Method.hoard, argument(256)).number == 1)
        worker.process.kill()
        #expect(worker.exit()?.reason == .signaled(SIGKILL))
        try Self.waitForNone(of: maker)
        #expect(kill(keeper, 0) != 0)
    }

    @Test func `it ends with the fork server, whatever becomes of the worker`() async throws {
        let maker = try #require(server.pid)
        let worker = try await TestWorker.running(server, .trouble)
        let keeper = try Self.keeper(of: maker)
        kill(maker, SIGKILL)
        #expect(HostDeathTests.hasEnded(keeper))
        #expect(worker.exit() != nil)
    }

    @Test func `one whose maker is gone is waited for by who adopts it`() async {
        // In a process of its own, because it adopts orphans from then on.
        await #expect(processExitsWith: .success) {
            let server = try ForkServer(
                executable: WorkerBuild.executable(), adoptsOrphans: true)
            let maker = try #require(server.pid)
            let worker = try await TestWorker.running(server, .trouble)
            let keeper = try Self.keeper(of: maker)
            kill(maker, SIGKILL)
            try Deadline.wait("the end of its keeper") { kill(keeper, 0) != 0 }
            #expect(try worker.call(WorkerTests.Method.life).number == 2)
            // Nothing else is taken that somebody waits for.
            worker.process.kill()
            #expect(worker.exit()?.reason == .signaled(SIGKILL))
            try Deadline.wait("an end without zombies") {
                !Processes.children(of: getpid()).contains(where: Processes.isZombie)
            }
            exit(0)
        }
    }

    private static func keeper(of maker: Int32) throws -> Int32 {
        try Deadline.wait("a keeper") { keepers(of: maker).count == 1 }
        return try #require(keepers(of: maker).first)
    }

    private static func waitForNone(of maker: Int32) throws {
        try Deadline.wait("the end of all keepers") { keepers(of: maker).isEmpty }
    }

    private static func keepers(of maker: Int32) -> [Int32] {
        ForkServerTests.children(of: maker)
            .filter { status(of: $0).first == "Name:\tbp-memory" }
    }

    private static func status(of process: Int32) -> [Substring] {
        let text = try? String(contentsOfFile: "/proc/\(process)/status", encoding: .utf8)
        return (text ?? "").split(separator: "\n")
    }
}
