// SPDX-License-Identifier: Apache-2.0

import BackplaneImage
import BackplanePayload
import BackplaneTransport
import Logging
import OracleSupport
import Testing

@testable import BackplaneHost

/// Candidates that are tried out in processes that may die.
@Suite(.timeLimit(.minutes(5)))
struct RehearsalTests {
    let room: RehearsalRoom

    init() throws {
        room = try RehearsalRoom()
    }

    @Test func `a sound plugin is described, and nothing stays`() async throws {
        let report = try await room.rehearse(room.plan(FixtureBuild.shared.path("sound")))
        #expect(report.description.name == "sound")
        #expect(report.isConclusive)
        #expect(report.remark == nil)
        #expect(try await waited { try room.processes.isEmpty })
    }

    /// Rows 14, 15, 17 and 18 of what breaks plugins: refused in words that name file and remedy.
    @Test(arguments: [
        (
            "constructor-crash", OutcomeCode.unavailable,
            "crashed with signal 11 (SIGSEGV) in `open`"
        ),
        ("constructor-exit", .unavailable, "exited with status 0 in `open`"),
        ("unresolved", .incompatible, "undefined symbol: backplane_fixture_missing"),
        ("abi-major-ahead", .incompatible, "was built for ABI 2.0, this host speaks 1.0"),
        ("abi-two-minors-ahead", .incompatible, "update the host"),
        ("abi-bad-magic", .incompatible, "the magic number is wrong"),
        ("abi-too-short", .incompatible, "its descriptor says 64 bytes"),
        ("null-descriptor", .incompatible, "returned NULL"),
        ("state-versions", .incompatible, "whose versions are no ranges"),
    ])
    func `a broken plugin is refused in words`(
        _ name: String, _ code: OutcomeCode, _ words: String
    ) async throws {
        let path = try FixtureBuild.shared.path(name)
        let plan = try room.plan(path)
        let error = try #require(await room.refusal(plan))
        #expect(error.code == code)
        #expect(error.message.contains(words), "\(error.message)")
        #expect(error.message.contains(path))
        #expect(!error.message.contains(plan.plugin.path), "\(error.message)")
        #expect(try await waited { try room.processes.isEmpty })
    }

    @Test func `a plugin one minor ahead is taken`() async throws {
        let plan = try room.plan(FixtureBuild.shared.path("abi-minor-ahead"))
        #expect(await room.refusal(plan) == nil)
    }

    @Test func `a constructor that hangs is given its time and no more`() async throws {
        let plan = try room.plan(FixtureBuild.shared.path("constructor-hang")) {
            $0.startTimeout = .milliseconds(300)
        }
        let error = try #require(await room.refusal(plan))
        #expect(error.code == .unavailable)
        #expect(
            error.message
                == "\(plan.plugin.original) did not finish `open` within 300ms, in its rehearsal; look "
                + "at its static initialisers, or raise start-timeout")
        #expect(try await waited { try room.processes.isEmpty })
    }

    @Test func `what a plugin prints and logs is in the service's log, at level debug`()
        async throws
    {
        _ = try await room.rehearse(room.plan(FixtureBuild.shared.path("constructor-noise")))
        #expect(await waited { !room.log.last(1).isEmpty })
        #expect(room.log.last(2000).allSatisfy { $0.identifier == "candidate/1#rehearsal" })
        #expect(room.log.last(2000, from: .info).allSatisfy { $0.message.contains("dropped") })
    }

    @Test func `what a dying plugin printed last is told`() async throws {
        let words = try #require(await room.refusal(room.plan(CPlugin.lastWords.path()))).message
        #expect(
            words.contains(
                "crashed with signal 6 (SIGABRT) in `init`, in its rehearsal, saying \"main.swift:3: "
                    + "Fatal error: no luck\"; see what"), "\(words)")
    }

    // MARK: init and selfTest

    @Test(arguments: SlotKind.allCases)
    func `an instance is made and tests itself, whatever its slot`(slot: SlotKind) async throws {
        let report = try await room.rehearse(room.probe { $0.slot = slot })
        #expect(report.description.name == "probe")
        #expect(report.isConclusive)
    }

    @Test(arguments: [
        ("init", "crash", OutcomeCode.unavailable, "crashed with signal 6 (SIGABRT) in `init`"),
        ("init", "exit", .unavailable, "exited with status 3 in `init`"),
        (
            "init", "throw", .unavailable,
            "failed in `init`, in its rehearsal: init was told to throw"
        ),
        ("selfTest", "crash", .unavailable, "crashed with signal 6 (SIGABRT) in `selfTest`"),
        ("selfTest", "exit", .unavailable, "exited with status 3 in `selfTest`"),
        ("selfTest", "throw", .unavailable, "selfTest was told to throw; correct what it finds"),
    ])
    func `a step that fails is told`(
        _ step: String, _ behaviour: ConfigurationValue, _ code: OutcomeCode, _ words: String
    ) async throws {
        let plan = try room.probe(.map([step: behaviour]))
        let error = try #require(await room.refusal(plan))
        #expect(error.code == code)
        #expect(error.message.contains(words), "\(error.message)")
        #expect(error.message.contains(plan.plugin.original))
        #expect(try await waited { try room.processes.isEmpty })
    }

    @Test(arguments: ["init", "selfTest"], ["hang", "wait"])
    func `a step that hangs is told, when its time is up`(
        _ step: String, _ behaviour: String
    ) async throws {
        let plan = try room.probe(.map([step: .string(behaviour)])) {
            $0.startTimeout = .seconds(3)
        }
        let error = try #require(await room.refusal(plan))
        #expect(error.code == .unavailable)
        #expect(
            error.message.contains(
                "did not finish `\(step)` within 3s, in its rehearsal; raise start-timeout, or "
                    + "set rehearse: open"), "\(error.message)")
        #expect(try await waited { try room.processes.isEmpty })
    }

    @Test func `a configuration that the plugin does not take is told`() async throws {
        let error = try #require(await room.refusal(room.probe(["init": 5])))
        #expect(error.code == .incompatible)
        #expect(error.message.contains("failed in `init`"))
        #expect(error.message.contains("correct the config of service 'candidate'"))
    }

    @Test(arguments: ["init", "selfTest"])
    func `only opened, a plugin makes no instance`(_ step: String) async throws {
        let report = try await room.rehearse(
            room.probe(.map([step: "crash"])) { $0.rehearse = .open })
        #expect(report.isConclusive)
        #expect(report.description.hasState)
    }

    @Test func `start is never run`() async throws {
        let report = try await room.rehearse(room.probe(["start": "crash", "run": "crash"]))
        #expect(report.isConclusive)
    }

    @Test func `state on several forked workers is refused before there is an instance`()
        async throws
    {
        let error = try #require(
            await room.refusal(room.probe(["init": "crash"]) { $0.workers = 2 }))
        #expect(error.code == .incompatible)
        #expect(error.message.contains("set workers: 1"))
    }

    // MARK: Surroundings

    @Test func `without a worker executable there is no rehearsal, in words`() async throws {
        let room = try RehearsalRoom(executable: "/nowhere/backplane-worker")
        let plan = try room.probe()
        let error = try #require(await room.refusal(plan))
        #expect(error.code == .unavailable)
        #expect(error.message.contains(plan.plugin.original))
        #expect(error.message.contains("set BACKPLANE_WORKER"), "\(error.message)")
    }

    @Test func `one that is cancelled ends at once, and leaves nothing`() async throws {
        let plan = try room.probe(["init": "hang"])
        let task = Task { await room.refusal(plan) }
        #expect(try await waited { try !room.processes.isEmpty })
        task.cancel()
        #expect(await task.value?.code == .cancelled)
        #expect(try await waited { try room.processes.isEmpty })
    }

    @Test func `one that is forgotten ends by itself`() async throws {
        do {
            let (rehearsal, report) = try await RehearsalStage(workers: room.workers)
                .rehearse(room.probe())
            #expect(report.isConclusive)
            #expect(try !room.processes.isEmpty)
            withExtendedLifetime(rehearsal) {}
        }
        #expect(try await waited { try room.processes.isEmpty })
    }

    /// In a process of its own, where nobody else opens anything.
    @Test func `fifty of them, several at once, leave nothing`() async {
        await #expect(processExitsWith: .success) {
            let room = try RehearsalRoom()
            let plans = [
                try room.probe(), try room.probe(["init": "crash"]),
                try room.probe(["selfTest": "throw"]),
                try room.plan(FixtureBuild.shared.path("constructor-crash"), generation: 2),
                try room.plan(FixtureBuild.shared.path("sound"), generation: 3),
            ]
            for plan in plans { _ = await room.refusal(plan) }
            try #require(await waited { try room.processes.isEmpty })
            let before = RehearsalRoom.descriptors
            for _ in 0..<10 {
                await withTaskGroup { tasks in
                    for plan in plans { tasks.addTask { _ = await room.refusal(plan) } }
                }
            }
            #expect(try await waited { try room.processes.isEmpty })
            #expect(await waited { RehearsalRoom.descriptors <= before })
        }
    }
}
