// SPDX-License-Identifier: Apache-2.0

import BackplaneHost
import BackplanePayload

/// A worker's requests while a neighbour of the same service sends as fast as it can, beside the same
/// requests undisturbed.
struct FloodBenchmark: Benchmark {
    private static let requests = 5000

    func run(into report: inout Report) async throws {
        let bench = try await BenchHost([
            ServiceConfiguration(
                name: "probe", plugin: .name("StatelessProbe"), slot: .forked, workers: 2,
                timeout: .seconds(300))
        ])
        // Once to warm up.
        _ = try await Self.requests(to: bench.host)
        let undisturbed = try await Self.requests(to: bench.host)
        let flood = bench.host.open("probe", "flood", 60_000, 64)
        var messages = flood.messages.makeAsyncIterator()
        // It is under way.
        _ = try await messages.next()
        let consumer = Task { [flood] in
            // One that takes what comes as fast as it can leaves the least to others.
            for try await _ in flood.messages {}
        }
        let disturbed = try await Self.requests(to: bench.host)
        flood.cancel()
        _ = await consumer.result
        report.add("request of a worker, p99", undisturbed, "ns")
        report.add("the same beside a worker that floods, p99", disturbed, "ns")
        report.add(
            "times what it is undisturbed", disturbed / undisturbed, "", atMost: 10)
        try await bench.stop()
    }

    /// Nanoseconds that 99 of 100 requests take at most.
    private static func requests(to host: Host) async throws -> Double {
        let call = host.open("probe", "timeRequests", requests)
        call.onRequest(of: Int.self) { try $0.respond($0.data) }
        let samples = try await call.value(as: [Double].self).sorted()
        return samples[samples.count * 99 / 100]
    }
}
