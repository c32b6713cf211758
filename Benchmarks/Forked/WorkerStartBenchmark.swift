// SPDX-License-Identifier: Apache-2.0

import BackplaneTransport

/// What a worker process costs, beside a child of the same parent that does nothing but answer.
struct WorkerStartBenchmark: Benchmark {
    let section = "forked-processes"

    private static let rounds = 50

    func run(into report: inout Report) async throws {
        let server = try ForkServer(executable: WorkerExecutable.find())
        let template = try await server.makeTemplate(
            WorkerSpawn(name: "bench/1"), opening: "\(BenchHost.products)/libEcho.so",
            within: 30_000_000_000, output: { _, _ in })
        let small = try MachineLimits.forks()
        let bare = try await Self.times(5 * Self.rounds) { _ in
            try await server.forkBare(from: template)
        }
        report.add(
            "fork from a template of echo to its child's word",
            Percentiles(bare, in: .milliseconds),
            reference: Row.Reference(
                name: "fork of a small process to its first word",
                value: Percentiles(small.samples, in: .milliseconds).p50),
            placement: try Placement(.unpinned))
        try await compare(server, template, "a template of echo", .atMost(3), &report)
        try await compare(server, nil, "the fork server", nil, &report)
    }

    private func compare(
        _ server: ForkServer, _ template: WorkerTemplate?, _ parent: String, _ bound: Row.Bound?,
        _ report: inout Report
    ) async throws {
        var all: [UInt64] = []
        let result = try await Comparison.inTurn {
            let times = try await Self.times(Self.rounds) { _ in
                try await server.forkBare(from: template)
            }
            return Percentiles(times, in: .milliseconds).p50
        } value: {
            let times = try await Self.workers(server, template)
            all += times
            return Percentiles(times, in: .milliseconds).p50
        }
        report.add(
            "worker ready after fork from \(parent), p50", result.value, "ms", bound,
            reference: Row.Reference(name: "its bare fork and answer", value: result.reference),
            placement: try Placement(.unpinned), percentiles: Percentiles(all, in: .milliseconds))
    }

    /// Nanoseconds until each of many workers was set up, one after the other.
    private static func workers(
        _ server: ForkServer, _ template: WorkerTemplate?
    ) async throws -> [UInt64] {
        var worker: WorkerProcess?
        return try await times(rounds) { number in
            worker = try await server.spawn(
                WorkerSpawn(name: "bench/1#\(number)"), from: template)
        } after: {
            worker?.kill()
            _ = await worker?.waitForExit()
        }
    }

    /// Nanoseconds of each of so many.
    ///
    /// - Parameter after: What is not timed, after each.
    private static func times(
        _ count: Int, _ body: (Int) async throws -> Void, after: () async -> Void = {}
    ) async throws -> [UInt64] {
        var samples: [UInt64] = []
        for number in 0..<count {
            let begin = ContinuousClock.now
            try await body(number)
            samples.append(UInt64((ContinuousClock.now - begin).nanoseconds))
            await after()
            // The end of a child takes its parent's time too.
            try await Task.sleep(for: .milliseconds(1))
        }
        return samples
    }
}
