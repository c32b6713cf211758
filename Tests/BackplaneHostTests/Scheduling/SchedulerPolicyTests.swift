// SPDX-License-Identifier: Apache-2.0

import BackplanePayload
import Testing

@testable import BackplaneHost

/// What follows when tasks fail, crash, are cancelled, and when handlers throw.
@Suite(.timeLimit(.minutes(10)))
struct SchedulerPolicyTests {
    private class Mistake: Error, @unchecked Sendable {}
    private final class GraveMistake: Mistake, @unchecked Sendable {}

    @Test(arguments: SlotKind.allCases)
    func `a task that fails is raised`(kind: SlotKind) async throws {
        let host = try await ScheduledHost(kind)
        let task = host.scheduler.task("probe.fail")
        host.scheduler.on(.started) { task.submit("no luck") }
        let error = await #expect(throws: CallError.self) { try await host.scheduler.run() }
        #expect(error?.code == .failed)
        #expect(task.counts == [.submitted: 1, .opened: 1, .closed: 1, .done: 1, .exception: 1])
        #expect(host.scheduler.counts[.stop] == 1)
        #expect(host.scheduler.counts[.finished] == 1)
        #expect(host.scheduler.counts[.futureException] == 1)
        try await host.stop()
    }

    @Test(arguments: SlotKind.allCases)
    func `a task that fails ends the run`(kind: SlotKind) async throws {
        let host = try await ScheduledHost(kind)
        let task = host.scheduler.task("probe.fail")
        host.scheduler.on(.started) { task.submit("no luck") }
        let exit = try await host.scheduler.run(onException: .end)
        #expect(exit.code == .exception)
        #expect((exit.error as? CallError)?.code == .failed)
        try await host.stop()
    }

    @Test(arguments: SlotKind.allCases)
    func `after a task that fails the run goes on`(kind: SlotKind) async throws {
        let host = try await ScheduledHost(kind)
        let task = host.scheduler.task("probe.fail")
        let other = host.scheduler.task("probe.echo")
        host.scheduler.on(.started) { task.submit("no luck") }
        task.on(.exception) { _ in other.submit(1) }
        let exit = try await host.scheduler.run(onException: .continue)
        #expect(exit.code == .exhausted)
        #expect(other.counts[.result] == 1)
        try await host.stop()
    }

    @Test func `the first rule for an error counts`() async throws {
        let host = try await ScheduledHost(.async)
        let scheduler = host.scheduler
        let task = scheduler.task { (isGrave: Bool) in throw isGrave ? GraveMistake() : Mistake() }
        let exceptions = Noted<Bool>()
        task.on(.exception) { exceptions.note($0.error is GraveMistake) }
        scheduler.on(.started) {
            task.submit(false)
            task.submit(true)
        }
        let rules = ErrorPolicy.first(.on(GraveMistake.self, .end), .on(Mistake.self, .continue))
        let exit = try await scheduler.run(onException: rules)
        #expect(exit.code == .exception)
        #expect(exit.error is GraveMistake)
        #expect(exceptions.all == [false, true])
        let all = try await scheduler.run(onException: .first(.on(Mistake.self, .continue)))
        #expect(all.code == .exhausted)
        await #expect(throws: Mistake.self) {
            try await scheduler.run(onException: .first(.on(.crashed, .continue)))
        }
        try await host.stop()
    }

    @Test func `a crash fails what ran in that worker, and the others go on`() async throws {
        let host = try await ScheduledHost(.forked, workers: 2)
        let scheduler = host.scheduler
        let crash = scheduler.task("probe.streamThenCrash")
        let task = scheduler.task("probe.echo")
        let reasons = Noted<String>()
        crash.on(.closed) { reasons.note("\($0)") }
        scheduler.on(.started) {
            for number in 0..<20 {
                task.submit(number)
                if number == 5 { crash.submit(3) }
            }
        }
        let exit = try await scheduler.run(onException: .first(.on(.crashed, .continue)))
        #expect(exit.code == .exhausted)
        #expect(task.counts[.result] == 20)
        #expect(reasons.all == ["crashed"])
        #expect(
            crash.counts == [
                .submitted: 1, .opened: 1, .message: 3, .closed: 1, .done: 1, .exception: 1,
            ])
        try await host.stop()
    }

    @Test(arguments: SlotKind.allCases)
    func `a handler that throws cancels the submission, and the run ends`(
        kind: SlotKind
    ) async throws {
        let host = try await ScheduledHost(kind)
        let task = host.scheduler.task("probe.ask")
        host.scheduler.on(.started) { task.submit(3) }
        task.on(.request) { _ in throw Mistake() }
        await #expect(throws: Mistake.self) { try await host.scheduler.run() }
        #expect(task.counts[.request] == 1)
        #expect(task.counts[.cancelled] == 1)
        #expect(task.counts[.done] == nil)
        let exit = try await host.scheduler.run(onException: .end)
        #expect(exit.code == .exception)
        // A method that only sends is told too.
        let sender = host.scheduler.task("probe.streamAsync")
        host.scheduler.on(.started) { sender.submit(1_000_000, 0) }
        sender.on(.message) { _ in throw Mistake() }
        await #expect(throws: Mistake.self) { try await host.scheduler.run() }
        try await host.stop()
    }

    @Test(arguments: SlotKind.allCases)
    func `a handler that throws may refuse that request only`(kind: SlotKind) async throws {
        let host = try await ScheduledHost(kind)
        let task = host.scheduler.task("probe.ask")
        let exceptions = Noted<String>()
        host.scheduler.on(.started) { task.submit(3) }
        task.on(.request) { _ in throw Mistake() }
        task.on(.exception) { exceptions.note("\($0.error)") }
        let exit = try await host.scheduler.run(onException: .continue)
        #expect(exit.code == .exhausted)
        #expect(exceptions.all.count == 1)
        #expect(exceptions.all.first?.contains("handler threw") == true)
        try await host.stop()
    }

    @Test(arguments: SlotKind.allCases)
    func `requests that no handler takes are unavailable at once`(kind: SlotKind) async throws {
        let host = try await ScheduledHost(kind, timeout: nil)
        let task = host.scheduler.task("probe.ask")
        host.scheduler.on(.started) { task.submit(1) }
        let error = await #expect(throws: CallError.self) { try await host.scheduler.run() }
        #expect(error?.message.contains("nobody answers") == true)
        if kind != .forked {
            let closure = host.scheduler.task { (comm: TaskComm) in
                try await comm.request(1, as: Int.self)
            }
            let scheduler = Scheduler(.async(workers: 1), of: host.host.host)
            let other = scheduler.task { (comm: TaskComm) in
                try await comm.request(1, as: Int.self)
            }
            #expect(closure.submit() == nil)
            scheduler.on(.started) { other.submit() }
            let error = await #expect(throws: CallError.self) { try await scheduler.run() }
            #expect(error?.code == .unavailable)
            #expect(error?.message.contains("on(.request)") == true)
        }
        try await host.stop()
    }

    @Test(arguments: [ErrorPolicy.Action.raise, .end, .continue])
    func `a submission that is cancelled is dealt with`(action: ErrorPolicy.Action) async throws {
        let host = try await ScheduledHost(.async)
        let scheduler = host.scheduler
        let task = scheduler.task("probe.sleep")
        let other = scheduler.task("probe.echo")
        scheduler.on(.started) { task.submit(60_000) }
        task.on(.opened) { $0.cancel() }
        task.on(.cancelled) { _ in other.submit(1) }
        switch action {
        case .raise:
            let error = await #expect(throws: CallError.self) { try await scheduler.run() }
            #expect(error?.code == .cancelled)
        case .end:
            #expect(try await scheduler.run(onCancelled: .end).code == .cancelled)
        case .continue:
            #expect(try await scheduler.run(onCancelled: .continue).code == .exhausted)
            #expect(other.counts[.result] == 1)
        }
        #expect(task.counts == [.submitted: 1, .opened: 1, .closed: 1, .cancelled: 1])
        try await host.stop()
    }

    @Test func `a handler of the scheduler that throws is dealt with`() async throws {
        let host = try await ScheduledHost(.async)
        host.scheduler.on(.started) { throw Mistake() }
        await #expect(throws: Mistake.self) { try await host.scheduler.run() }
        #expect(try await host.scheduler.run(onException: .end).code == .exception)
        #expect(try await host.scheduler.run(onException: .continue).code == .exhausted)
        try await host.stop()
    }
}
