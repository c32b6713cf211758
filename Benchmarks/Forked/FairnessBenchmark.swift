// SPDX-License-Identifier: Apache-2.0

import BackplaneHost
import BackplanePayload
import BackplaneTransport

/// Whether each of several workers gets its part of what many callers ask.
struct FairnessBenchmark: Benchmark {
    let section = "forked-rates"

    private static let workers = 8
    private static let callers = 64
    private static let time = Duration.seconds(3)

    func run(into report: inout Report) async throws {
        let bench = try await BenchHost([
            ServiceConfiguration(
                name: "probe", plugin: .name("StatelessProbe"), slot: .forked, workers: Self.workers
            )
        ])
        let begin = ContinuousClock.now
        let counts: [Int32: Int]
        do {
            counts = try await answers(bench.host, until: begin.advanced(by: Self.time))
        } catch {
            try await bench.stop()
            throw error
        }
        let seconds = (ContinuousClock.now - begin).nanoseconds / 1e9
        try await bench.stop()
        // A worker that never answered is not among the counts.
        let slowest = counts.count < Self.workers ? 0 : counts.values.min() ?? 0
        let mean = Double(counts.values.reduce(0, +)) / Double(Self.workers)
        let placement = try Placement(.unpinned)
        let name = "\(Self.workers) workers, \(Self.callers) callers"
        report.add(
            name, mean * Double(Self.workers) / seconds / 1000, "thousand calls/s",
            placement: placement)
        report.add(
            "\(name), the slowest worker", Double(slowest) / seconds / 1000, "thousand calls/s",
            .atLeast(0.5),
            reference: Row.Reference(name: "the mean worker", value: mean / seconds / 1000),
            placement: placement)
    }

    /// How often each process answered.
    private func answers(
        _ host: Host, until end: ContinuousClock.Instant
    ) async throws -> [Int32: Int] {
        let none = Payload(try CBOR.encode(Value.array([])))
        return try await withThrowingTaskGroup(of: [Int32: Int].self) { tasks in
            for _ in 0..<Self.callers {
                tasks.addTask {
                    var counts: [Int32: Int] = [:]
                    while ContinuousClock.now < end {
                        let answer = await host.call("probe", "processNumber", arguments: none)
                        let bytes = try answer.get().bytes
                        counts[try CBOR.decode(Int32.self, from: bytes), default: 0] += 1
                    }
                    return counts
                }
            }
            return try await tasks.reduce(into: [:]) { $0.merge($1, uniquingKeysWith: +) }
        }
    }
}
