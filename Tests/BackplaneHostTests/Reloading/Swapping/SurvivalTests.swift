// SPDX-License-Identifier: Apache-2.0

import BackplanePayload
import BackplaneTransport
import OracleSupport
import Synchronization
import Testing

@testable import BackplaneHost

/// What began before a swap and goes on after it.
@Suite(.timeLimit(.minutes(10)))
struct SurvivalTests {
    /// An audience that answers when the test says so.
    private final class PatientAudience: CallAudience {
        private let asked = Promise<any CallQuestion>()
        private let ended = Promise<Outcome>()

        var question: any CallQuestion {
            get async { await asked.value }
        }

        var outcome: Outcome {
            get async { await ended.value }
        }

        func received(_ message: Payload, from identifier: String, in call: any RunningCall) {
            call.acknowledge(1)
        }

        func received(_ question: any CallQuestion) { asked.keep(question) }
        func finished(with outcome: Outcome) { ended.keep(outcome) }
    }

    /// A host with version 1 of the versioned echo, and whatever else.
    private func host(
        _ slot: SlotKind, in folder: String, and others: [ServiceConfiguration] = []
    ) async throws -> TestHost {
        try install(1, in: folder)
        let service = ServiceConfiguration(name: "s", plugin: .path("\(folder)/s.so"), slot: slot)
        return try await TestHost([service] + others)
    }

    private func install(_ version: Int, in folder: String) throws {
        try PatchedPlugin("VersionedEcho").version(version).install(at: "\(folder)/s.so")
    }

    private func reload(_ host: TestHost) async -> ReloadOutcome.Result? {
        await host.host.managed("s")?.supervisor.reload(.command).result
    }

    @Test(arguments: SlotKind.allCases)
    func `a handle that was resolved once reaches every generation`(slot: SlotKind) async throws {
        let folder = TemporaryFolder()
        // A synchronous handle that is not direct needs a thread of its own to wait on.
        let caller = ServiceConfiguration(
            name: "caller", plugin: .name("Probe"), slot: slot == .inProcess ? .inProcess : .async)
        let host = try await host(slot, in: folder.path, and: [caller])
        for version in 1...20 {
            if version > 1 {
                try install(version, in: folder.path)
                #expect(await reload(host) == .switched(from: version - 1, to: version))
            }
            let answer = try await host.call("caller.through", "s.plus", 1000)
            #expect(answer == [.integer(Int64(1000 + version)), .bool(slot != .forked)])
        }
        try await host.stop()
    }

    @Test(arguments: SlotKind.allCases)
    func `a request that is open over a swap is answered to who asked it`(
        slot: SlotKind
    ) async throws {
        let folder = TemporaryFolder()
        let host = try await host(slot, in: folder.path)
        let audience = PatientAudience()
        let call = host.host.start(
            "s.ask", arguments: Payload(try CBOR.encode([Value.integer(1)])),
            options: CallOptions(takesRequests: true), audience: audience)
        let question = await audience.question
        try install(2, in: folder.path)
        #expect(await reload(host) == .switched(from: 1, to: 2))
        #expect(try await host.call("s.plus", 0) == 2)
        question.respond(.value(Payload(try CBOR.encode(42))))
        let answer = try await audience.outcome.get()
        #expect(try CBOR.decode([Int].self, from: answer.bytes) == [42, 1])
        withExtendedLifetime(call) {}
        try await host.stop()
    }

    @Test(arguments: SlotKind.allCases)
    func `a stream that began on one generation ends on it`(slot: SlotKind) async throws {
        let folder = TemporaryFolder()
        let host = try await host(slot, in: folder.path)
        let call = try host.start(
            "s.stream", 50, 500, options: CallOptions(takesMessages: true))
        await call.waitForMessage()
        try install(2, in: folder.path)
        #expect(await reload(host) == .switched(from: 1, to: 2))
        #expect(try await host.call("s.plus", 0) == 2)
        let result = try await call.outcome.get()
        #expect(try CBOR.decode(Value.self, from: result.bytes)["version"] == 1)
        #expect(call.values.count == 50)
        #expect(call.values.allSatisfy { $0["version"] == 1 })
        try await host.stop()
    }
}
