// SPDX-License-Identifier: Apache-2.0

import Foundation
import OracleSupport
import Synchronization

/// Many callers who never pause, while the plugins that they call are replaced.
///
/// The host is the real program in a process of its own, reached through its control socket.
public final class Storm: Sendable {
    private let plan: StormPlan
    private let announcements = Announcements()
    private let folder = TemporaryFolder()
    private let report = Mutex(StormReport())
    private let replacing = Atomic(0)
    private let calling = Atomic(0)

    /// Makes a storm.
    public init(_ plan: StormPlan) {
        self.plan = plan
    }

    /// Blows until every plugin was replaced as often as planned, and all calls have ended.
    ///
    /// Blocks.
    public func run() throws -> StormReport {
        for service in StormService.allCases {
            try PatchedPlugin(service.product).version(1).install(at: path(of: service))
            announcements.announce(1, of: service, version: 1)
        }
        let host = try HostProcess(
            StormService.allCases.map { $0.entry(slot: plan.slot) }.joined(separator: "\n"),
            in: folder, plugins: folder.path, reload: plan.replacements > 0)
        let follower = try EventFollower(socket: folder.path(".backplane/host.sock"))
        replacing.store(StormService.allCases.count, ordering: .releasing)
        calling.store(plan.callers, ordering: .releasing)
        for number in 0..<plan.callers { call(number) }
        for service in StormService.allCases { replace(service, follower) }
        try wait(for: replacing, "all replacements", within: .seconds(10 + 20 * plan.replacements))
        try wait(for: calling, "the end of all calls", within: .seconds(120))
        return report.withLock { report in
            if Processes.running([host.pid]).isEmpty { report.note("the host died: \(host.log)") }
            return report
        }
    }

    private func path(of service: StormService) -> String {
        folder.path("lib\(service.product).so")
    }

    private func call(_ number: Int) {
        Thread.detachNewThread { [self] in
            defer { calling.subtract(1, ordering: .releasing) }
            do {
                let caller = try StormCaller(
                    socket: folder.path(".backplane/host.sock"),
                    window: plan.inFlight / plan.callers,
                    seed: plan.seed &* 1000 &+ UInt64(number), announcements: announcements)
                caller.run { self.replacing.load(ordering: .acquiring) == 0 }
                report.withLock { $0.add(caller.report) }
            } catch {
                report.withLock { $0.note("a caller could not connect: \(error)") }
            }
        }
    }

    private func replace(_ service: StormService, _ follower: EventFollower) {
        Thread.detachNewThread { [self] in
            defer { replacing.subtract(1, ordering: .releasing) }
            do {
                let replacer = try Replacer(
                    service, at: path(of: service), announcements: announcements,
                    follower: follower)
                replacer.run(plan.replacements)
                report.withLock { $0.add(replacer.report) }
            } catch {
                report.withLock { $0.note("no versions of \(service.product): \(error)") }
            }
        }
    }

    private func wait(
        for count: borrowing Atomic<Int>, _ what: String, within limit: Duration
    ) throws {
        let end = ContinuousClock.now.advanced(by: limit)
        while count.load(ordering: .acquiring) > 0 {
            guard ContinuousClock.now < end else {
                throw Deadline.Passed(description: "waited \(limit) for \(what)")
            }
            usleep(2000)
        }
    }
}
