// SPDX-License-Identifier: Apache-2.0

import BackplanePayload
import BackplaneTransport
import Foundation
import Testing

@testable import BackplaneHost

/// One semantics in every slot: where messages, requests, retries and functions go.
@Suite(.timeLimit(.minutes(10)))
struct SlotRoutingTests {
    private func probe(_ slot: SlotKind, name: String = "probe") -> ServiceConfiguration {
        SlotBehaviourTests.probe(slot, name: name)
    }

    private func memory() -> ServiceConfiguration {
        ServiceConfiguration(name: "memory", plugin: .name("Memory"), slot: .inProcess)
    }

    /// Asks again until `condition` holds; fails after a while.
    private func eventually(_ condition: () async throws -> Bool) async throws {
        let limit = ContinuousClock.now + .seconds(30)
        while ContinuousClock.now < limit {
            if try await condition() { return }
            await Task.yield()
        }
        Issue.record("it never came to that")
    }

    @Test(arguments: SlotKind.allCases)
    func `messages that no caller takes go to messages-to, in order`(
        slot: SlotKind
    ) async throws {
        var service = probe(slot)
        service.messagesTo = "sink.append"
        // A probe with a method of this shape would do too; memory keeps what it gets.
        var sink = memory()
        sink.name = "sink"
        let host = try await TestHost([service, sink])
        _ = try await host.call("probe.stream", 500, 4)
        try await eventually {
            try await host.call("sink.get", "probe/1#1").array?.count == 500
        }
        let kept = try await host.call("sink.get", "probe/1#1").array ?? []
        let call = try host.start(
            "probe.stream", 500, 4, options: CallOptions(takesMessages: true))
        _ = await call.outcome
        #expect(kept == call.values)
        try await host.stop()
    }

    @Test(arguments: SlotKind.allCases)
    func `requests that no caller answers go to requests-to`(slot: SlotKind) async throws {
        var service = probe(slot)
        service.requestsTo = "other.echo"
        let host = try await TestHost([service, probe(slot, name: "other")])
        #expect(try await host.call("probe.ask", 3) == [0, 1, 2])
        try await host.stop()
    }

    @Test(arguments: SlotKind.allCases)
    func `a method that is called through a blocking handle may ask`(slot: SlotKind) async throws {
        var service = probe(slot, name: "asker")
        service.requestsTo = "other.echo"
        let host = try await TestHost([
            service, probe(.async), probe(slot, name: "other"),
        ])
        let result = try await host.call("probe.nestBlocking", "asker.ask", 3)
        #expect(result == ["value": [0, 1, 2]])
        try await host.stop()
    }

    @Test(arguments: SlotKind.allCases)
    func `a nested call has more messages than any window holds, and keeps no thread`(
        slot: SlotKind
    ) async throws {
        var listener = probe(.async, name: "listener")
        // The one that takes the messages is the one that began the call.
        listener.workers = 1
        let host = try await TestHost([listener, probe(slot)])
        let result = try await host.call("listener.listen", "probe.stream", [2000, 8])
        #expect(result.map?["messages"]?.array?.count == 2000)
        try await host.stop()
    }

    @Test(arguments: SlotKind.allCases)
    func `a provided function can be called in every slot`(slot: SlotKind) async throws {
        var provider = probe(slot, name: "provider")
        provider.configuration = ["provides": "calc"]
        let host = try await TestHost([provider, probe(slot, name: "user")])
        #expect(try await host.call("user.sumAsync", "calc_sum", 2, 3) == 5)
        #expect(try await host.call("user.sumAsync", "calc_sum_async", 2, 3) == 5)
        if slot == .forked {
            #expect(try await host.call("user.isDirect", "calc_sum") == false)
        } else {
            #expect(try await host.call("user.isDirect", "calc_sum") == true)
            #expect(try await host.call("user.isSameAddress", "calc_address") == true)
            #expect(try await host.call("user.sum", "calc_sum", 2, 3) == 5)
        }
        try await host.stop()
    }

    @Test(arguments: [true, false])
    func `a crashed call is retried only when its method is idempotent`(
        isIdempotent: Bool
    ) async throws {
        var service = probe(.forked)
        service.retries.max = 2
        let host = try await TestHost([service])
        let marker = "\(host.folder)/marker"
        if isIdempotent {
            #expect(try await host.call("probe.crashOnce", .string(marker)) == "ran again")
        } else {
            #expect(await host.code("probe.crash") == .crashed)
        }
        try await host.stop()
    }

    @Test(arguments: SlotKind.allCases)
    func `a background loop that throws has the service started again`(
        slot: SlotKind
    ) async throws {
        var service = probe(slot)
        service.configuration = ["run": "throw"]
        service.restart.delay = .milliseconds(20)
        let host = try await TestHost([service, probe(slot, name: "neighbour")])
        let managed = try #require(host.host.managed("probe"))
        try await eventually {
            let now = managed.supervisor.condition.now
            return now.restarts + (now.generation?.slot.load.restarts ?? 0) >= 1
        }
        #expect(try await host.call("neighbour.echo", 1) == 1)
        try await host.stop()
    }

    @Test(arguments: SlotKind.allCases)
    func `a service whose init throws backs off and takes no neighbour along`(
        slot: SlotKind
    ) async throws {
        var service = probe(slot)
        service.configuration = ["init": "throw"]
        let host = try await TestHost([service, probe(slot, name: "neighbour")])
        let error = await #expect(throws: CallError.self) { try await host.call("probe.echo", 1) }
        #expect(error?.code == .unavailable)
        #expect(error?.message.contains("init was told to throw") == true)
        #expect(try await host.call("neighbour.echo", 1) == 1)
        try await host.stop()
    }

    @Test(arguments: SlotKind.allCases)
    func `an init that hangs ends at start-timeout, and a stop does not wait for it`(
        slot: SlotKind
    ) async throws {
        var service = probe(slot)
        service.configuration = ["init": "wait"]
        service.startTimeout = .milliseconds(200)
        let host = try await TestHost([service, probe(slot, name: "neighbour")])
        #expect(await host.code("probe.echo", 1) == .unavailable)
        #expect(try await host.call("neighbour.echo", 1) == 1)
        let time = try await ContinuousClock().measure { try await host.stop() }
        #expect(time < .seconds(10))
    }

    @Test func `state in several workers is refused`() async throws {
        var service = memory()
        service.slot = .forked
        service.workers = 2
        let host = try await TestHost([service, probe(.inProcess, name: "neighbour")])
        let state = host.host.managed("memory")?.supervisor.condition.state
        #expect(state?.name == "failed")
        #expect(state?.reason?.contains("workers: 1") == true)
        #expect(await host.code("memory.keys", "") == .incompatible)
        try await host.stop()
    }
}
