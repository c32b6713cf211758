// SPDX-License-Identifier: Apache-2.0

import BackplaneEmbedding
import BackplaneHost
import Glibc

/// The sample plugin `echo` in a process of its own, and the ways in which a program calls it.
///
/// All of them go through the SDK: what is timed encodes its argument and decodes its result.
final class ForkedEcho: Sendable {
    private static let service = "echo"

    let manager: ServiceManager

    init(_ waiting: Waiting) async throws {
        manager = try await ForkedProgram.start(Self.service, plugin: "Echo", waiting)
    }

    /// The processes of its workers.
    var workers: Set<pid_t> { WorkerProcesses.of(Self.service) }

    func stop() async {
        await manager.shutdown()
    }

    /// Who calls.
    enum Caller: String, CaseIterable {
        /// A thread of its own, blocked until the answer is there.
        case blocking = "blocking caller"
        /// A task on the thread that reads the rings, suspended until then.
        case reader = "task on the reader's executor"
        /// A task on Swift's global pool, suspended until then.
        case globalPool = "task on the global pool"
    }

    /// Times calls with one argument.
    ///
    /// - Parameter stopwatch: How many.
    func time(
        _ caller: Caller, _ argument: [UInt8], with stopwatch: Stopwatch
    ) async throws -> Stopwatch.Times {
        switch caller {
        case .blocking:
            let echo = try manager.function(
                "\(Self.service).echo", taking: [UInt8].self, returning: [UInt8].self)
            return try await OwnThread.run("bench-caller") {
                try stopwatch.time { try check(try echo(argument), argument) }
            }
        case .reader:
            return try await Task(executorPreference: try manager.host.readerExecutor()) {
                try await self.timeTask(argument, with: stopwatch)
            }.value
        case .globalPool:
            return try await timeTask(argument, with: stopwatch)
        }
    }

    @concurrent
    private func timeTask(
        _ argument: [UInt8], with stopwatch: Stopwatch
    ) async throws -> Stopwatch.Times {
        try await stopwatch.time {
            let result = try await manager.call(
                Self.service, "echo", argument, as: [UInt8].self)
            try check(result, argument)
        }
    }

    /// Times calls where a kind of placement puts them, and says where that was.
    func time(
        _ caller: Caller, _ argument: [UInt8], samples: Int, batch: Int = 1,
        _ kind: Placement.Kind
    ) async throws -> (samples: [UInt64], placement: Placement) {
        var placement = try Placement(kind)
        let workers = workers
        let times = try await placement.holding(workers) {
            try await time(
                caller, argument,
                with: Stopwatch(
                    samples: samples, batch: batch,
                    watched: kind == .unpinned ? workers.first : nil))
        }
        placement.sharedPart = times.sharedPart
        return (times.samples, placement)
    }
}

/// Sees that the answer is an echo; by its length, so that no more is timed than the call.
private func check(_ result: [UInt8], _ argument: [UInt8]) throws {
    guard result.count == argument.count else { throw WrongAnswer() }
}

/// An answer was not what was asked for.
struct WrongAnswer: Error {}
