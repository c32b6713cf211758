// SPDX-License-Identifier: Apache-2.0

import BackplaneTransport

/// What a worker process costs, beside a bare fork.
struct WorkerStartBenchmark: Benchmark {
    let section = "forked-processes"

    private static let rounds = 200

    /// The bare fork that a worker's start is compared with, and in what words.
    private struct BareFork {
        let name: String
        let times: Percentiles
        let placement: Placement

        /// That of a small process.
        static func small() throws -> BareFork {
            let finding = try MachineLimits.forks()
            return BareFork(
                name: "fork of a small process to its first word",
                times: Percentiles(finding.samples, in: .milliseconds),
                placement: finding.placement)
        }
    }

    func run(into report: inout Report) async throws {
        let bare = try BareFork.small()
        let server = try ForkServer(executable: WorkerExecutable.find())
        var samples: [UInt64] = []
        for round in -10..<Self.rounds {
            let begin = ContinuousClock.now
            let worker = try await server.spawn(WorkerSpawn(name: "bench#\(max(0, round))"))
            let time = ContinuousClock.now - begin
            if round >= 0 { samples.append(UInt64(time.nanoseconds)) }
            worker.kill()
            _ = await worker.waitForExit()
        }
        report.add(
            "worker ready after fork", Percentiles(samples, in: .milliseconds), .atMost(3),
            reference: Row.Reference(name: bare.name, value: bare.times.p50),
            placement: try Placement(.unpinned))
    }
}
