// SPDX-License-Identifier: Apache-2.0

import BackplaneTransport
import OracleSupport
import Testing

@testable import BackplaneHost

/// Candidates that ask others for something in their rehearsal, which is refused and counted.
@Suite(.timeLimit(.minutes(5)))
struct RehearsedCallTests {
    let room: RehearsalRoom

    init() throws {
        room = try RehearsalRoom()
    }

    private func plan(_ asks: String, _ then: String, _ slot: SlotKind = .forked) throws -> SlotPlan
    {
        try room.plan(CPlugin.caller.path()) { service in
            service.slot = slot
            service.startTimeout = then == "wait" ? .seconds(3) : .seconds(20)
            // That it gets there is part of what is tested.
            service.environment = ["CALLER_ASKS": asks, "CALLER_THEN": then]
        }
    }

    @Test func `an init that fails because nobody answers is inconclusive`() async throws {
        let report = try await room.rehearse(room.probe(["callsInInit": "other.method"]))
        #expect(!report.isConclusive)
        let remark = try #require(report.remark)
        #expect(remark.contains("`init` made 1 call, which a rehearsal refuses"), "\(remark)")
        #expect(remark.contains("this is its rehearsal, and a rehearsal makes no calls"))
    }

    @Test(arguments: ["call", "request"], ["fail", "wait"])
    func `one that fails, or waits, after it was refused something is inconclusive`(
        _ asks: String, _ then: String
    ) async throws {
        for slot in SlotKind.allCases {
            let report = try await room.rehearse(plan(asks, then, slot))
            #expect(!report.isConclusive)
            #expect(report.remark?.hasPrefix("`init` made 1 call,") == true)
            #expect(try await waited { try room.processes.isEmpty })
        }
    }

    @Test(arguments: ["call", "request"])
    func `one that copes without passes`(_ asks: String) async throws {
        let report = try await room.rehearse(plan(asks, ""))
        #expect(report.isConclusive)
    }

    @Test func `a crash refuses what would run in the host's process, and take it along`()
        async throws
    {
        for slot in [SlotKind.inProcess, .async] {
            let error = try #require(await room.refusal(plan("call", "crash", slot)))
            #expect(error.message.contains("crashed with signal 6 (SIGABRT) in `init`"))
        }
        let report = try await room.rehearse(plan("call", "crash", .forked))
        #expect(!report.isConclusive)
        #expect(report.remark?.contains("crashed with signal 6 (SIGABRT)") == true)
    }

    @Test func `a message goes nowhere and excuses nothing`() async throws {
        let error = try #require(await room.refusal(plan("message", "fail")))
        #expect(error.code == .unavailable)
        #expect(error.message.contains("failed in `init`"), "\(error.message)")
    }

    @Test func `of an inconclusive one nothing is said about the state`() async throws {
        let (rehearsal, report) = try await RehearsalStage(workers: room.workers)
            .rehearse(room.probe(["callsInInit": "other.method"]))
        #expect(!report.isConclusive)
        try await rehearsal.check(state: Payload([0xff]))
        await rehearsal.end()
    }
}
