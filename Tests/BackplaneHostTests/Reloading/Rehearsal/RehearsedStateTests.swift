// SPDX-License-Identifier: Apache-2.0

import BackplanePayload
import BackplaneTransport
import OracleSupport
import Testing

@testable import BackplaneHost

/// The state of a running generation, tried on the candidate before anything is switched.
@Suite(.timeLimit(.minutes(5)))
struct RehearsedStateTests {
    let room: RehearsalRoom

    init() throws {
        room = try RehearsalRoom()
    }

    @Test func `a state that it can read passes, and more than once`() async throws {
        #expect(try await refusal(of: try Self.state(["count": 4])) == nil)
        #expect(try await refusal(of: Payload([0x82, 1, 0x18, 7]), plugin: .counter) == nil)
        #expect(try await refusal(of: Payload([0x82, 3, 0x18, 7]), plugin: .counter) == nil)
    }

    @Test(
        arguments: [
            (["count": 4], 3, "the saved state has version 3, this build reads 1"),
            (["count": "four"], 1, "the saved state of version 1 is no"), (nil, 1, "is no"),
        ] as [(Value, Int, String)])
    func `a state that it can't read is refused before anything is switched`(
        _ state: Value, _ version: Int, _ words: String
    ) async throws {
        let error = try #require(try await refusal(of: try Self.state(state, version)))
        #expect(error.code == .incompatible)
        #expect(error.message.contains(words), "\(error.message)")
        #expect(error.message.contains("see readsStateVersions"))
        #expect(error.message.contains("libProbe.so"))
    }

    @Test func `bytes that are no state are refused`() async throws {
        for bytes in [[], [0xff], [0x01], [0xa1, 0x61]] as [[UInt8]] {
            let error = try #require(try await refusal(of: Payload(bytes)))
            #expect(error.code == .incompatible)
        }
        let error = try #require(try await refusal(of: Payload([0]), plugin: .counter))
        #expect(error.message.contains("that is no state of a counter"))
    }

    @Test(arguments: [
        ("throw", OutcomeCode.incompatible, "restore was told to throw"),
        ("crash", .unavailable, "crashed with signal 6 (SIGABRT) in `restore`"),
        ("exit", .unavailable, "exited with status 3 in `restore`"),
        ("hang", .unavailable, "did not finish `restore` within 300ms"),
    ])
    func `a restore that fails is told`(
        _ behaviour: ConfigurationValue, _ code: OutcomeCode, _ words: String
    ) async throws {
        let error = try #require(
            try await refusal(
                of: try Self.state(["count": 1]), settings: ["restore": behaviour],
                within: behaviour == "hang" ? .milliseconds(300) : nil))
        #expect(error.code == code)
        #expect(error.message.contains(words), "\(error.message)")
    }

    @Test func `after its end nobody is asked, and ending it again does nothing`() async throws {
        let (rehearsal, _) = try await RehearsalStage(workers: room.workers)
            .rehearse(room.plan(CPlugin.counter.path()))
        await rehearsal.end()
        try await rehearsal.check(state: Payload([0]))
        await rehearsal.end()
    }

    @Test func `without an instance nothing is said of a state`() async throws {
        let (rehearsal, _) = try await RehearsalStage(workers: room.workers)
            .rehearse(room.probe { $0.rehearse = .open })
        try await rehearsal.check(state: Payload([0xff]))
        await rehearsal.end()
    }

    private func refusal(
        of state: Payload, plugin: CPlugin? = nil, settings: ConfigurationValue = [:],
        within limit: Duration? = nil
    ) async throws -> CallError? {
        let plan = try plugin.map { try room.plan($0.path()) } ?? room.probe(settings)
        let (rehearsal, report) = try await RehearsalStage(workers: room.workers).rehearse(plan)
        #expect(report.isConclusive)
        var refusal: CallError?
        do throws(CallError) {
            try await rehearsal.check(state: state, within: limit)
            try await rehearsal.check(state: state, within: limit)
        } catch {
            refusal = error
        }
        await rehearsal.end()
        #expect(try await waited { try room.processes.isEmpty })
        return refusal
    }

    /// A state in the envelope of the SDK.
    private static func state(_ data: Value, _ version: Int = 1) throws -> Payload {
        Payload(try CBOR.encode(["version": .integer(Int64(version)), "data": data] as Value))
    }
}
