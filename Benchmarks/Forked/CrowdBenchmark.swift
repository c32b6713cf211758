// SPDX-License-Identifier: Apache-2.0

import BackplaneHost
import BackplanePayload
import BackplaneTransport

/// Two hundred workers of one service, and what one of them keeps to itself.
struct CrowdBenchmark: Benchmark {
    let section = "forked-processes"

    private static let workers = 200
    private static let limit = Duration.seconds(30)

    func run(into report: inout Report) async throws {
        var service = ServiceConfiguration(
            name: "probe", plugin: .name("StatelessProbe"), slot: .forked, workers: Self.workers)
        service.timeout = Self.limit
        let begin = ContinuousClock.now
        let bench = try await BenchHost([service])
        let time = ContinuousClock.now - begin
        do {
            try await measure(bench.host, &report)
        } catch {
            try await bench.stop()
            throw error
        }
        report.add(
            "\(Self.workers) workers, from the host's start until all are ready",
            time.nanoseconds / 1e6, "ms")
        try await bench.stop()
    }

    private func measure(_ host: Host, _ report: inout Report) async throws {
        let running = WorkerProcesses.of("probe")
        report.add(
            "workers that run at once", Double(running.count), "",
            .atLeast(Double(Self.workers)))
        // Each holds its worker for a while, so that none can answer twice.
        let hold = try await numbers(of: host, holding: 2000)
        report.add(
            "workers that answer at once", Double(hold.count), "", .atLeast(Double(Self.workers)))
        let path = Payload(try CBOR.encode([Value.string("/proc/self/smaps_rollup")]))
        let answer = try await host.call("probe", "readFile", arguments: path).get()
        let text = try CBOR.decode(String.self, from: answer.bytes)
        report.add(
            "private memory that a worker sees after two calls",
            try ProcessFigures.privateBytes(in: text) / 1_048_576, "MiB", .atMost(3))
    }

    /// The processes that answer as many calls as there are workers, made at once.
    private func numbers(of host: Host, holding milliseconds: Int) async throws -> Set<Int32> {
        let arguments = Payload(try CBOR.encode([milliseconds]))
        return try await withThrowingTaskGroup(of: Int32.self) { tasks in
            for _ in 0..<Self.workers {
                tasks.addTask {
                    let answer = await host.call(
                        "probe", "processNumberAfter", arguments: arguments)
                    return try CBOR.decode(Int32.self, from: try answer.get().bytes)
                }
            }
            return try await tasks.reduce(into: []) { $0.insert($1) }
        }
    }
}
