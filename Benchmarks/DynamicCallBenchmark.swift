// SPDX-License-Identifier: Apache-2.0

import BackplaneHost
import BackplanePayload
import BackplaneTransport
import Synchronization

/// A call by name and with encoded arguments of a method in this process, beside the method itself.
struct DynamicCallBenchmark: Benchmark {
    let section = "calls"

    private static let rounds = 400_000
    private static let spans = 20

    func run(into report: inout Report) async throws {
        let bench = try await BenchHost([
            ServiceConfiguration(name: "echo", plugin: .name("Echo"), slot: .inProcess)
        ])
        let arguments = Payload(try CBOR.encode(Value.array([.integer(42)])))
        report.add("direct call", direct(), "ns")
        let dynamic = try await dynamic(bench.host, arguments)
        report.add("dynamic in-process call of echo, p50", dynamic.all, "ns", atMost: 1000)
        report.add(
            "dynamic in-process call of echo, p50 of the quietest span", dynamic.quietest, "ns")
        try await bench.stop()
    }

    private func direct() -> Double {
        let method = Method()
        return Median.nanoseconds(rounds: 20) {
            var last = 0
            for index in 0..<Self.rounds { last &+= method.echo(index) }
            Blackhole.take(last)
        } / Double(Self.rounds)
    }

    /// The median of all batches, and that of the quietest of several spans: what else runs on the
    /// machine only ever adds.
    private func dynamic(
        _ host: Host, _ arguments: Payload
    ) async throws -> (all: Double, quietest: Double) {
        for _ in 0..<10_000 { _ = await host.call("echo", "echo", arguments: arguments) }
        var all: [Double] = []
        var quietest = Double.infinity
        for _ in 0..<Self.spans {
            let samples = try await span(host, arguments)
            quietest = min(quietest, samples[samples.count / 2])
            all += samples
        }
        return (all.sorted()[all.count / 2], quietest)
    }

    /// The times of one call in many short batches, in order.
    private func span(_ host: Host, _ arguments: Payload) async throws -> [Double] {
        var samples: [Double] = []
        // Many short batches: their median does not see the time that other processes take.
        for _ in 0..<(Self.rounds / Self.spans / 100) {
            let begin = ContinuousClock.now
            for _ in 0..<100 {
                let outcome = await host.call("echo", "echo", arguments: arguments)
                if let error = outcome.error { throw error }
            }
            samples.append((ContinuousClock.now - begin).nanoseconds / 100)
        }
        return samples.sorted()
    }

    private final class Method: Sendable {
        @inline(never)
        func echo(_ value: Int) -> Int { value }
    }
}
