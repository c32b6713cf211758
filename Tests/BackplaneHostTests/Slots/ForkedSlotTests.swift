// SPDX-License-Identifier: Apache-2.0

import Foundation
import OracleSupport
import Synchronization
import Testing

@testable import BackplaneHost
@testable import BackplaneTransport

struct ForkedSlotTests {
    @Test func `calls run in a process of their own`() async throws {
        let host = try await ForkedHost()
        #expect(await host.call("life").number == 2)
        #expect(host.load.workers == 1)
        #expect(host.load.processes.count == 1)
        #expect(host.load.processes.first != getpid())
        let failed = await host.call("second").error
        #expect(failed?.code == .failed)
        #expect(failed?.message == "it failed")
        #expect(await host.call("nothing").error?.code == .notFound)
        try await host.stop()
    }

    @Test func `a crash costs the calls of that worker, and another takes its place`() async throws
    {
        let host = try await ForkedHost { $0.workers = 2 }
        async let waiting = host.call("wait", timeout: .seconds(15))
        #expect(await waited { host.load.running == 1 })
        let crashed = await host.call("crash").error
        #expect(crashed?.code == .crashed)
        #expect(crashed?.message.contains("SIGSEGV") == true)
        #expect(crashed?.message.contains("trouble.crash") == true)
        #expect(await waited { host.load.workers == 2 && host.load.restarts == 1 })
        #expect(host.load.running == 1)
        #expect(await host.call("life").number == 2)
        host.host.managed("trouble")?.service.generation?.slot.load.processes.forEach {
            kill($0, SIGKILL)
        }
        #expect(await waiting.error?.code == .crashed)
        try await host.stop()
    }

    @Test func `one synchronous call at a time, the others wait or are too many`() async throws {
        let host = try await ForkedHost { $0.queue = 1 }
        let first = Task { await host.call("wait", timeout: .seconds(300)) }
        #expect(await waited { host.load.running == 1 })
        async let second = host.call("life")
        #expect(await waited { host.load.waiting == 1 })
        #expect(await host.call("life").error?.code == .overloaded)
        // An asynchronous one passes.
        #expect(await host.call("later").number == 1)
        first.cancel()
        #expect(await first.value.error?.code == .cancelled)
        #expect(await second.number == 2)
        try await host.stop()
    }

    @Test func `a call that overruns its deadline costs its worker`() async throws {
        let host = try await ForkedHost()
        let before = host.load.processes
        let outcome = await host.call("spin", timeout: .milliseconds(100))
        #expect(outcome.error?.code == .deadlineExceeded)
        #expect(await waited { host.load.restarts == 1 })
        #expect(host.load.processes != before)
        #expect(await host.call("life").number == 2)
        try await host.stop()
    }

    @Test func `a cancelled call ends in the worker too`() async throws {
        let host = try await ForkedHost()
        let call = Task { await host.call("wait") }
        #expect(await waited { host.load.running == 1 })
        call.cancel()
        #expect(await call.value.error?.code == .cancelled)
        #expect(await waited { host.load.running == 0 })
        #expect(host.load.restarts == 0)
        try await host.stop()
    }

    @Test func `messages come in order however many, and a nested call finds no service`()
        async throws
    {
        let host = try await ForkedHost()
        #expect(await host.call("stream", ForkedHost.number(5000)).number == 5000)
        let nested = await host.call("nest").error
        #expect(nested?.code == .notFound)
        let asked = await host.call("ask").error
        #expect(asked?.code == .unavailable)
        try await host.stop()
    }

    @Test func `a plugin that fails to come up fails its service, in its words`() async throws {
        let host = try await ForkedHost {
            $0.configuration = .bool(true)
            $0.restart.policy = .never
        }
        let error = await host.call("life").error
        #expect(error?.code == .unavailable)
        #expect(error?.message.contains("told to fail") == true)
        try await host.stop()
    }

    @Test func `without restarts a death is the end, and says so`() async throws {
        let host = try await ForkedHost { $0.restart.policy = .never }
        #expect(await host.call("crash").error?.code == .crashed)
        #expect(await waited { host.load.workers == 0 })
        let error = await host.call("life").error
        #expect(error?.code == .unavailable)
        #expect(error?.message.contains("never") == true)
        try await host.stop()
    }

    @Test func `a successor made at once that fails is given up as any other`() async throws {
        let folder = TemporaryFolder()
        let flag = "\(folder.path)/fails"
        let host = try await ForkedHost {
            $0.environment = ["TROUBLE_FAILS_IF": flag]
            $0.restart.limit = RestartConfiguration.Limit(count: 1)
        }
        try Data().write(to: URL(filePath: flag))
        #expect(await host.call("crash").error?.code == .crashed)
        let error = await host.call("life").error
        #expect(error?.code == .unavailable)
        #expect(error?.message.contains("told to fail") == true, "\(String(describing: error))")
        #expect(error?.message.contains("it was restarted 1 times") == true)
        #expect(host.load.workers == 0 && host.load.processes == [])
        try await host.stop()
    }

    @Test func `what a worker prints is in the service's log`() async throws {
        let host = try await ForkedHost()
        _ = await host.call("print", ForkedHost.number(3))
        let log = try #require(host.host.managed("trouble")?.log)
        #expect(
            await waited {
                log.last(100).contains {
                    $0.message == "line 2 of a worker that likes to talk"
                        && $0.identifier == "trouble/1#1"
                }
            })
        #expect(log.last(100).contains { $0.message == "created trouble/1#1" })
        try await host.stop()
    }

    /// Kind, number, highest byte of the payload's size: unknown, a host's, for no call, too large.
    @Test(arguments: [
        (200, 0, 0), (4, 0, 0), (65, 99, 0), (66, 99, 0), (64, 99, 0), (66, 0, 255),
    ])
    func `a worker that breaks the protocol is killed and replaced`(
        _ kind: UInt32, _ number: UInt32, _ size: UInt32
    ) async throws {
        let host = try await ForkedHost()
        let error = await host.call(
            "scribble", ForkedHost.number(kind | number << 8 | size << 16)
        ).error
        #expect(error?.code == .crashed)
        #expect(error?.message.contains("it broke the protocol") == true)
        #expect(await waited { host.load.restarts == 1 })
        #expect(await host.call("life").number == 2)
        try await host.stop()
    }

    @Test func `a message that comes after the end of its call is dropped`() async throws {
        let host = try await ForkedHost()
        let slot = try #require(host.host.managed("trouble")?.service.generation?.slot)
        let worker = try #require((slot as? ForkedSlot)?.state.withLock { $0.workers.values.first })
        // The first number went to a step of the worker's life, which is over. Handed to who takes
        // the worker's frames: a frame forged in the ring would cost the worker its own next one.
        let late = unsafe IncomingFrame(
            kind: .message, number: 1, argument: 0, code: 0,
            fieldBytes: UnsafeRawBufferPointer(start: nil, count: 0), body: .whole(.null))
        #expect(worker.received(late, at: .now) == .idle)
        let unknown = unsafe IncomingFrame(
            kind: .message, number: .max, argument: 0, code: 0,
            fieldBytes: UnsafeRawBufferPointer(start: nil, count: 0), body: .whole(.null))
        #expect(worker.received(unknown, at: .now) == .breach("a message of no call"))
        #expect(await host.call("life").number == 2)
        #expect(host.load.restarts == 0)
        try await host.stop()
    }

    @Test func `a call whose outcome has broken words ends with its worker`() async throws {
        let host = try await ForkedHost()
        let slot = try #require(host.host.managed("trouble")?.service.generation?.slot)
        let worker = try #require((slot as? ForkedSlot)?.state.withLock { $0.workers.values.first })
        let call = try #require(
            host.host.resources.router.begin(
                CallTarget(service: "trouble", method: "wait"), Payload([0x80]), timeout: nil))
        let verdict = unsafe [UInt8(9)].withUnsafeBytes { cut in
            let broken = unsafe IncomingFrame(
                kind: .outcome, number: call.number, argument: 0, code: 2, fieldBytes: cut,
                body: .whole(.null))
            return worker.received(broken, at: .now)
        }
        let words = "an outcome with broken words"
        #expect(verdict == .breach(words))
        worker.broke(TransportError(.malformed, words))
        // The latter when it had not got to it yet.
        let code = await call.end.error?.code
        #expect(code == .crashed || code == .unavailable)
        #expect(await waited { host.load.running == 0 && host.load.workers == 1 })
        try await host.stop()
    }

    @Test func `calls that a dead worker had not taken were never begun`() async throws {
        let host = try await ForkedHost()
        let process = try #require(host.load.processes.first)
        // Stopped, it takes nothing any more.
        kill(process, SIGSTOP)
        #expect(await waited { Self.isStopped(process) })
        async let call = host.call("life")
        #expect(await waited { host.load.running == 1 })
        kill(process, SIGKILL)
        let error = await call.error
        #expect(error?.code == .unavailable)
        #expect(error?.message.contains("before it began the call") == true)
        try await host.stop()
    }

    private static func isStopped(_ process: Int32) -> Bool {
        let stat = try? String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8)
        return stat?.split(separator: ") ").last?.first == "T"
    }

    @Test func `a worker that ignores SIGTERM ends in its service's time`() async throws {
        let host = try await ForkedHost { $0.drainTimeout = .milliseconds(200) }
        let process = try #require(host.load.processes.first)
        async let stuck = host.call("deaf", timeout: .seconds(300))
        #expect(await waited { Self.ignores(SIGTERM, process) })
        kill(process, SIGTERM)
        let supervisor = try #require(host.host.managed("trouble")?.supervisor)
        let time = await ContinuousClock().measure { _ = await supervisor.stop() }
        // For its calls, for its stop, and a second to exit; the rest is for a busy machine.
        #expect(time < .milliseconds(200 + 200 + 1000) + .seconds(3))
        #expect(kill(process, 0) != 0)
        #expect(await stuck.error != nil)
        try await host.stop()
    }

    private static func ignores(_ signal: Int32, _ process: Int32) -> Bool {
        let status = try? String(contentsOfFile: "/proc/\(process)/status", encoding: .utf8)
        let line = status?.split(separator: "\n").first { $0.hasPrefix("SigIgn:") }
        let mask = line?.split(separator: "\t").last.flatMap { UInt64($0, radix: 16) } ?? 0
        return mask & (1 << UInt64(signal - 1)) != 0
    }

    @Test func `stopping leaves no process`() async throws {
        let host = try await ForkedHost {
            $0.workers = 3
            $0.drainTimeout = .milliseconds(200)
        }
        let processes = host.load.processes
        #expect(processes.count == 3)
        async let stuck = host.call("deaf", timeout: .seconds(60))
        #expect(await waited { host.load.running == 1 })
        host.host.managed("trouble").map { _ in }
        try await host.stop()
        #expect(await stuck.error != nil)
        for process in processes { #expect(await waited { kill(process, 0) != 0 }) }
    }
}
