// SPDX-License-Identifier: Apache-2.0

import BackplaneHost
import BackplanePayload
import Synchronization

/// A worker's requests while a neighbour of the same service sends as fast as it can, beside the same
/// requests undisturbed.
struct FloodBenchmark: Benchmark {
    let section = "flood"

    private static let rounds = 7
    private static let requests = 2000

    /// Too few messages to be a flood.
    struct NoFlood: Error {
        let messages: Int
    }

    func run(into report: inout Report) async throws {
        let bench = try await BenchHost([
            ServiceConfiguration(
                name: "probe", plugin: .name("StatelessProbe"), slot: .forked, workers: 2,
                timeout: .seconds(300))
        ])
        // Once to warm up.
        _ = try await Self.requests(to: bench.host)
        var undisturbed: [Double] = []
        var disturbed: [Double] = []
        var messages = 0
        for _ in 0..<Self.rounds {
            undisturbed.append(try await Self.requests(to: bench.host))
            let (time, count) = try await Self.requestsUnderFlood(to: bench.host)
            disturbed.append(time)
            messages += count
        }
        let ratios = zip(undisturbed, disturbed).map { $1 / $0 }
        report.add("request of a worker, p99", Self.median(undisturbed), "ns")
        report.add("request beside a worker that floods, p99", Self.median(disturbed), "ns")
        report.add(
            "request beside a worker that floods, times its undisturbed p99",
            Self.median(ratios), "", atMost: 10)
        report.add("messages of the flood for each request", Self.perRequest(messages), "")
        try await bench.stop()
        guard Self.perRequest(messages) >= 1 else { throw NoFlood(messages: messages) }
    }

    /// What the requests take while a neighbour floods a consumer that takes all it can, which leaves
    /// the least to others; and how many messages it took meanwhile.
    private static func requestsUnderFlood(to host: Host) async throws -> (Double, Int) {
        let flood = host.open("probe", "flood", 60_000, 64)
        let consumer = Consumer()
        let consuming = Task { await consumer.takeAll(of: flood) }
        // It is under way.
        while consumer.count == 0 { await Task.yield() }
        let before = consumer.count
        let time = try await requests(to: host)
        let after = consumer.count
        flood.cancel()
        await consuming.value
        return (time, after - before)
    }

    private final class Consumer: Sendable {
        private let taken = Atomic(0)

        var count: Int { taken.load(ordering: .relaxed) }

        @concurrent
        func takeAll(of flood: ServiceCall) async {
            var messages = flood.messages.makeAsyncIterator()
            // Its end is that it is cancelled.
            while (try? await messages.next()) != nil { taken.add(1, ordering: .relaxed) }
        }
    }

    /// Nanoseconds that 99 of 100 requests take at most.
    private static func requests(to host: Host) async throws -> Double {
        let call = host.open("probe", "timeRequests", requests)
        call.onRequest(of: Int.self) { try $0.respond($0.data) }
        let samples = try await call.value(as: [Double].self).sorted()
        return samples[samples.count * 99 / 100]
    }

    private static func median(_ values: [Double]) -> Double {
        values.sorted()[values.count / 2]
    }

    private static func perRequest(_ messages: Int) -> Double {
        Double(messages) / Double(rounds * requests)
    }
}
