// SPDX-License-Identifier: Apache-2.0

import BackplaneImage
import BackplaneTransport
import Glibc
import OracleSupport
import Testing

/// A worker and its plugin, over the channel.
struct WorkerTests {
    enum Method {
        static let crash: UInt32 = 0
        static let spin: UInt32 = 1
        static let stream: UInt32 = 2
        static let ask: UInt32 = 3
        static let nest: UInt32 = 4
        static let print: UInt32 = 5
        static let descriptors: UInt32 = 6
        static let environment: UInt32 = 7
        static let status: UInt32 = 8
        static let later: UInt32 = 9
        static let main: UInt32 = 10
        static let twice: UInt32 = 11
        static let wait: UInt32 = 12
        static let deaf: UInt32 = 13
        static let child: UInt32 = 14
        static let life: UInt32 = 15
        static let failing: UInt32 = 16
        static let preloaded: UInt32 = 18
        static let sound: UInt32 = 19
        static let maps: UInt32 = 20
        static let hoard: UInt32 = 21
    }

    let server: ForkServer

    init() throws {
        server = try ForkServer(executable: WorkerBuild.executable())
    }

    @Test func `the sample in C echoes`() async throws {
        let worker = try await TestWorker(server)
        let opened = try worker.step(worker.open(CPlugin.echo.path()), .opened)
        let description = try PluginDescription(fields: opened.payload.bytes)
        #expect(description.name == "echo")
        #expect(description.methods.map(\.name) == ["echo", "count"])
        #expect(description.methods[0].parameters == [.init(name: "value", type: "any")])
        #expect(try worker.step(worker.create()).code == 0)
        #expect(try worker.step(Frame(.start)).code == 0)
        #expect(try worker.call(0, [0x81, 0x18, 42]).payload == Payload([0x18, 42]))
        let failed = try worker.call(0, [0x80])
        #expect(failed.code == 2)
        #expect(failed.message == "echo takes one argument, by position")
        #expect(try worker.call(1).payload.bytes.last == 2)
        #expect(try worker.call(7).code == 1)
        try worker.send(Frame(.exit))
        #expect(worker.exit()?.reason == .exited(0))
    }

    @Test func `a state is given in the version that is asked for, and taken up`() async throws {
        let worker = try await TestWorker.running(server, .counter)
        for _ in 0..<3 { _ = try worker.call(0) }
        for (version, shape) in [(0, 2), (2, 2), (1, 1)] as [(UInt64, UInt8)] {
            let saved = try worker.step(Frame(.save, argument: version))
            #expect(saved.payload == Payload([0x82, shape, 0x18, 3]))
        }
        for version in [3, 1 << 32, .max] as [UInt64] {
            let refused = try worker.step(Frame(.save, argument: version))
            #expect(refused.code == 12)
            #expect(refused.message == "the plugin can't save its state as version \(version)")
        }
        let taken = try worker.step(Frame(.restore, payload: Payload([0x82, 3, 0x18, 7])))
        #expect(taken.code == 0)
        #expect(try worker.call(1).payload == Payload([0x18, 7]))
        let refused = try worker.step(Frame(.restore, payload: Payload([0x82, 4, 0x18, 7])))
        #expect(refused.message == "that is no state of a counter")
    }

    @Test func `a plugin without state or self-test says so, or passes`() async throws {
        let worker = try await TestWorker.running(server, .echo)
        #expect(try worker.step(Frame(.save)).message == "the plugin declares no state")
        #expect(try worker.step(Frame(.save, argument: 1)).code == 12)
        #expect(try worker.step(Frame(.restore)).message == "the plugin declares no state")
        #expect(try worker.step(Frame(.selfTest)).code == 0)
    }

    @Test func `64 MiB come back as they went`() async throws {
        let worker = try await TestWorker.running(server, .echo)
        var item = [UInt8](repeating: 9, count: 5 + (64 << 20))
        item.replaceSubrange(0..<5, with: [0x5a, 4, 0, 0, 0])
        for index in stride(from: 5, to: item.count, by: 4093) {
            item[index] = UInt8(truncatingIfNeeded: index)
        }
        let numbers = try (0..<2).map { _ in
            try worker.send(Frame(.invoke, argument: .max, payload: Payload([0x81] + item)))
        }
        for number in numbers {
            #expect(try worker.next(.outcome, number).payload == Payload(item))
        }
    }

    @Test func `what can't be opened is refused in words`() async throws {
        let worker = try await TestWorker(server)
        let missing = try worker.step(worker.open("/nowhere/libNothing.so"), .opened)
        #expect(missing.code == 12)
        #expect(missing.type == "unresolved")
        #expect(missing.message.contains("/nowhere/libNothing.so"))
        #expect(try worker.step(worker.create()).code == 13)
        #expect(try worker.call(0).code == 7)
    }

    @Test func `a plugin that refuses to be created says why`() async throws {
        let worker = try await TestWorker(server)
        #expect(try worker.step(worker.open(CPlugin.trouble.path()), .opened).code == 0)
        let outcome = try worker.step(worker.create(configuration: Payload([0xf5])))
        #expect(outcome.code == 3)
        #expect(outcome.message == "told to fail")
    }

    @Test func `steps reach the plugin, and those that it lacks are done or refused`() async throws
    {
        let worker = try await TestWorker.running(server, .trouble)
        #expect(try worker.call(Method.life).number == 2)
        #expect(try worker.step(Frame(.stop)).code == 0)
        #expect(try worker.call(Method.life).number == 3)
        #expect(try worker.step(Frame(.save)).code == 12)
        let echo = try await TestWorker.running(server, .echo)
        #expect(try echo.step(Frame(.stop)).code == 0)
    }

    @Test func `messages come in order and wait for credit`() async throws {
        let worker = try await TestWorker.running(server, .trouble)
        let number = try worker.send(
            Frame(.invoke, argument: .max, code: Method.stream, payload: Payload(argument(200))))
        for index in 0..<200 {
            let message = try worker.next(.message, number)
            #expect(message.payload.bytes.last == UInt8(index))
            try worker.process.channel.send(Frame(.credit, number: number, argument: 1))
        }
        #expect(try worker.next(.outcome, number).outcome().number == 200)
    }

    @Test func `a sender without credit ends with its call`() async throws {
        let worker = try await TestWorker.running(server, .trouble)
        let number = try worker.send(
            Frame(.invoke, argument: .max, code: Method.stream, payload: Payload(argument(1000))))
        for _ in 0..<64 { _ = try worker.next(.message, number) }
        try worker.process.channel.send(Frame(.cancel, number: number))
        #expect(try worker.next(.outcome, number).code == 4)
        let late = try worker.send(
            Frame(
                .invoke, argument: Instant.now.nanoseconds + 50_000_000, code: Method.stream,
                payload: Payload(argument(1000))))
        #expect(try worker.next(.outcome, late).code == 5)
    }

    @Test func `a request is answered, a nested call replied to`() async throws {
        let worker = try await TestWorker.running(server, .trouble)
        let number = try worker.send(
            Frame(.invoke, argument: .max, code: Method.ask, payload: Payload([0x81, 1])))
        let request = try worker.next(.request, number)
        #expect(request.payload == Payload([0x81, 1]))
        try worker.process.channel.send(
            Frame(
                .answer, number: request.argument, outcome: FrameOutcome(payload: Payload([5])))
        )
        #expect(try worker.next(.outcome, number).payload == Payload([5]))

        let outer = try worker.send(
            Frame(.invoke, argument: .max, code: Method.nest, payload: Payload([0x80])))
        let call = try worker.next(.call)
        #expect(call.argument == outer)
        var reader = FieldReader(call.fields)
        #expect(try reader.string() == "other.method")
        try worker.process.channel.send(
            Frame(
                .reply, number: call.number,
                outcome: FrameOutcome(code: 3, message: "broken", type: "Broken"))
        )
        let outcome = try worker.next(.outcome, outer).outcome()
        #expect(outcome == FrameOutcome(code: 3, message: "broken", type: "Broken"))
    }

    @Test func `jobs run on other threads, main-queue work on the main one`() async throws {
        let worker = try await TestWorker.running(server, .trouble)
        #expect(try worker.call(Method.later).number == 1)
        #expect(try worker.call(Method.main).number == 1)
        #expect(try worker.call(Method.main).number == 1)
    }

    @Test func `a call ends once, and later use of it is harmless`() async throws {
        let worker = try await TestWorker.running(server, .trouble)
        #expect(try worker.call(Method.twice).number == 1)
        #expect(try worker.call(Method.twice).number == 1)
    }

    @Test func `a cancelled method sees it`() async throws {
        let worker = try await TestWorker.running(server, .trouble)
        let number = try worker.send(Frame(.invoke, argument: .max, code: Method.wait))
        try worker.process.channel.send(Frame(.cancel, number: number))
        #expect(try worker.next(.outcome, number).code == 4)
        let late = try worker.send(
            Frame(.invoke, argument: Instant.now.nanoseconds + 20_000_000, code: Method.wait))
        #expect(try worker.next(.outcome, late).code == 4)
    }

    @Test func `methods that block do not keep the others waiting`() async throws {
        let worker = try await TestWorker.running(server, .trouble, concurrency: 32)
        let waiting = try (0..<20).map { _ in
            try worker.send(Frame(.invoke, argument: .max, code: Method.wait))
        }
        #expect(try worker.call(Method.life).number == 2)
        for number in waiting {
            try worker.process.channel.send(Frame(.cancel, number: number))
            #expect(try worker.next(.outcome, number).code == 4)
        }
    }

    @Test func `calls behind a method that blocks are given back, and may come again`() async throws
    {
        let worker = try await TestWorker.running(server, .trouble)
        let blocking = try worker.send(Frame(.invoke, argument: .max, code: Method.wait))
        let behind = try (0..<10).map { _ in
            try worker.send(Frame(.invoke, argument: .max, code: Method.life))
        }
        for number in behind { _ = try worker.next(.returned, number) }
        // All of them count as taken: what comes later is not to be mistaken for one of them.
        #expect(worker.process.channel.taken == 11)
        try worker.process.channel.send(Frame(.cancel, number: blocking))
        #expect(try worker.next(.outcome, blocking).code == 4)
        #expect(try worker.call(Method.life).number == 2)
    }
}
