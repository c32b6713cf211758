// SPDX-License-Identifier: Apache-2.0

import BackplanePayload
import BackplaneTransport
import Testing

@testable import BackplaneHost

/// A call that its caller converses with, in every slot.
@Suite(.timeLimit(.minutes(10)))
struct OpenedCallTests {
    private static func host(_ slot: SlotKind, workers: Int = 1) async throws -> TestHost {
        var service = SlotBehaviourTests.probe(slot)
        service.plugin = .name("StatelessProbe")
        service.workers = workers
        return try await TestHost([service])
    }

    @Test(arguments: SlotKind.allCases)
    func `messages are typed, in order, and say who sent them`(slot: SlotKind) async throws {
        let host = try await Self.host(slot)
        for method in ["stream", "streamAsync"] {
            let call = host.host.open("probe", method, 1000, 0)
            var numbers: [Int] = []
            for try await message in call.messages(of: Int.self) {
                numbers.append(message.data)
                #expect(message.identifier == "probe/1#1")
                #expect(message.call == call.number)
            }
            #expect(numbers == Array(0..<1000))
            #expect(try await call.value(as: Int.self) == 1000)
        }
        try await host.stop()
    }

    @Test(arguments: SlotKind.allCases)
    func `messages may be of any type`(slot: SlotKind) async throws {
        let host = try await Self.host(slot)
        let call = host.host.open("probe.stream", arguments: ["count": 2, "size": 3])
        var values: [Value] = []
        for try await message in call.messages { values.append(message.data) }
        #expect(values == [.bytes([0, 0, 0]), .bytes([1, 1, 1])])
        let other = host.host.open("probe", "stream", 1, 0)
        let error = await #expect(throws: CallError.self) {
            for try await _ in other.messages(of: String.self) {}
        }
        #expect(error?.code == .incompatible)
        try await host.stop()
    }

    @Test(arguments: SlotKind.allCases)
    func `events are opened, messages, requests, closed, and then comes the result`(
        slot: SlotKind
    ) async throws {
        let host = try await Self.host(slot)
        let call = host.host.open("probe", "askAndSend", [1, 2])
        var names: [String] = []
        for try await event in call.events {
            switch event {
            case .opened: names.append("opened")
            case .message(let message): names.append("message \(message.data.int ?? -1)")
            case .request(let request):
                names.append("request \(request.data.int ?? -1)")
                try request.respond((request.data.int ?? 0) * 2)
            case .closed(let reason): names.append("closed \(reason)")
            }
        }
        #expect(
            names == [
                "opened", "request 1", "message 2", "request 2", "message 4", "closed returned",
            ])
        #expect(try await call.value(as: Int.self) == 2)
        try await host.stop()
    }

    @Test func `after a crash closed still comes, once, with messages before it`() async throws {
        let host = try await Self.host(.forked, workers: 2)
        let neighbour = host.host.open("probe", "askAndSend", [1])
        let asked = Promise<Void>()
        let crashed = Promise<Void>()
        neighbour.onRequest(of: Int.self) { request in
            asked.keep(())
            await crashed.value
            try request.respond(7)
        }
        neighbour.begin()
        await asked.value
        let call = host.host.open("probe", "streamThenCrash", 5)
        var messages: [Int?] = []
        var reasons: [CloseReason] = []
        for try await event in call.events {
            switch event {
            case .message(let message): messages.append(message.data.int)
            case .closed(let reason): reasons.append(reason)
            case .opened, .request: break
            }
        }
        crashed.keep(())
        #expect(messages == [0, 1, 2, 3, 4])
        #expect(reasons.map(\.description) == ["crashed"])
        let error = await #expect(throws: CallError.self) { try await call.finish() }
        #expect(error?.code == .crashed)
        // Nothing but that call went with the worker.
        #expect(try await neighbour.value(as: Int.self) == 1)
        #expect(try await host.call("probe.echo", 1) == 1)
        try await host.stop()
    }

    @Test(arguments: SlotKind.allCases)
    func `an outcome behind messages that nobody takes comes at the deadline`(
        slot: SlotKind
    ) async throws {
        let host = try await Self.host(slot)
        // More than the host keeps, and fewer than host and worker do: the method has returned.
        let call = host.host.open("probe", "stream", 400, 16, timeout: .milliseconds(300))
        let messages = call.messages
        #expect(await call.outcome.error?.code == .deadlineExceeded)
        withExtendedLifetime(messages) {}
        #expect(try await host.call("probe.echo", 1) == 1)
        try await host.stop()
    }

    @Test(arguments: SlotKind.allCases)
    func `readers of messages hear of an error after the last`(slot: SlotKind) async throws {
        let host = try await Self.host(slot)
        let call = host.host.open("probe", "fail", "no luck")
        let error = await #expect(throws: CallError.self) {
            for try await _ in call.messages {}
        }
        #expect(error?.code == .failed)
        #expect(error?.message.contains("no luck") == true)
        try await host.stop()
    }

    // In a forked slot the outcome waits behind messages without room, so its time is not known.
    @Test(arguments: [SlotKind.inProcess, .async])
    func `a reader who does not read bounds what is kept`(slot: SlotKind) async throws {
        let host = try await Self.host(slot)
        let call = host.host.open("probe", "streamWithoutWaiting", 20_000, 0)
        let messages = call.messages
        let sent = try CBOR.decode(Int.self, from: await call.outcome.get().bytes)
        #expect(sent < 20_000)
        #expect(sent <= 4 * CallTraffic.messageLimit)
        var received = 0
        for try await _ in messages { received += 1 }
        #expect(received == sent)
        try await host.stop()
    }

    @Test(arguments: SlotKind.allCases)
    func `who stops reading and waits for the value gets it`(slot: SlotKind) async throws {
        let host = try await Self.host(slot)
        let call = host.host.open("probe", "stream", 5000, 0)
        for try await message in call.messages where message.data == 10 { break }
        #expect(try await call.value(as: Int.self) == 5000)
        // Nor does a value alone wait for a reader.
        let silent = host.host.open("probe", "stream", 5000, 0)
        #expect(try await silent.value(as: Int.self) == 5000)
        try await host.stop()
    }

    @Test(arguments: SlotKind.allCases)
    func `cancelling ends the call, and whoever waits for it`(slot: SlotKind) async throws {
        let host = try await Self.host(slot)
        let call = host.host.open("probe", "sleep", 60_000)
        call.begin()
        call.cancel()
        #expect(await call.outcome.code == .cancelled)
        let unbegun = host.host.open("probe", "echo", 1)
        unbegun.cancel()
        #expect(await unbegun.outcome.code == .cancelled)
        let read = host.host.open("probe", "sleep", 60_000)
        let reader = Task {
            for try await _ in read.messages {}
        }
        reader.cancel()
        await #expect(throws: (any Error).self) { try await reader.value }
        #expect(await read.outcome.code == .cancelled)
        try await host.stop()
    }

    @Test func `what is wrong with a call is its outcome`() async throws {
        let host = try await Self.host(.inProcess)
        #expect(await host.host.open("prob", "echo", 1).outcome.code == .notFound)
        #expect(await host.host.open("probe", "ecko", 1).outcome.code == .notFound)
        #expect(
            await host.host.open("probe", "echo", Unencodable()).outcome.code == .invalidArgument)
        await #expect(throws: CallError.self) {
            try await host.host.open("probe", "echo", "text").value(as: Int.self)
        }
        try await host.stop()
    }
}

/// A value that refuses to be encoded.
struct Unencodable: Encodable {
    struct Refusal: Error {}

    func encode(to encoder: any Encoder) throws { throw Refusal() }
}
