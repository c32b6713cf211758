// SPDX-License-Identifier: Apache-2.0

import Foundation
import OracleSupport

/// What a host of idle workers uses: processor time, and memory.
struct IdleBenchmark: Benchmark {
    let section = "forked-processes"

    private static let workers = 20
    private static let time = Duration.seconds(10)

    func run(into report: inout Report) async throws {
        let host = try HostProcess(
            "  echo: { plugin: Echo, slot: forked, workers: \(Self.workers) }")
        let workers = WorkerProcesses.of("echo", under: host.pid)
        guard workers.count == Self.workers,
            let server = WorkerProcesses.forkServer(under: host.pid)
        else { throw Incomplete(workers: workers.count, log: host.log) }
        // What its start has left to do is over by then.
        try await Task.sleep(for: .seconds(2))
        let processes = Processes.below(host.pid).union([host.pid])
        let before = try used(by: processes)
        let begin = ContinuousClock.now
        try await Task.sleep(for: Self.time)
        let after = try used(by: processes)
        let share = Double(after - before) / (ContinuousClock.now - begin).nanoseconds
        report.add(
            "a host with \(Self.workers) idle workers, processor time", share * 100,
            "% of one core", .atMost(0.5), placement: try Placement(.unpinned))
        report.add(
            "the fork server's resident memory",
            try ProcessFigures.residentBytes(of: server) / 1_048_576, "MiB", .atMost(12))
        let bytes = try workers.compactMap { try ProcessFigures.privateBytes(of: $0) }
        // Where others may not look, `CrowdBenchmark` has a worker look at itself.
        guard let most = bytes.max() else { return }
        report.add(
            "an idle worker's private memory, the largest of \(Self.workers)", most / 1_048_576,
            "MiB", .atMost(3))
    }

    /// Not all is there that is to be measured.
    private struct Incomplete: Error {
        let workers: Int
        let log: String
    }

    /// Nanoseconds of processor time that they have used, together.
    private func used(by processes: Set<pid_t>) throws -> UInt64 {
        try processes.reduce(0) { try $0 + ProcessFigures.processorTime(of: $1) }
    }
}
