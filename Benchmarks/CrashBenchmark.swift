// SPDX-License-Identifier: Apache-2.0

import BackplaneHost
import BackplanePayload
import BackplaneTransport
import Glibc
import Logging

/// From the death of a worker to the outcome of the call that ran in it.
struct CrashBenchmark: Benchmark {
    let section = "calls"

    private static let rounds = 20

    func run(into report: inout Report) async throws {
        var probe = ServiceConfiguration(name: "probe", plugin: .name("Probe"), slot: .forked)
        // The next round need not wait for the next worker.
        probe.restart = RestartConfiguration(
            delay: .milliseconds(1), maximumDelay: .milliseconds(1))
        let bench = try await BenchHost([probe], logging: .critical)
        var worst = 0.0
        for _ in 0..<Self.rounds { worst = max(worst, try await round(bench.host)) }
        report.add("kill of a worker to the outcome of its call, worst", worst, "ms", atMost: 50)
        try await bench.stop()
    }

    /// Milliseconds that one call went on after its worker was killed.
    private func round(_ host: Host) async throws -> Double {
        let none = Payload(try CBOR.encode(Value.array([])))
        let number = try await host.call("probe", "processNumber", arguments: none).get()
        let worker = try CBOR.decode(Int32.self, from: number.bytes)
        let minute = Payload(try CBOR.encode(Value.array([.integer(60_000)])))
        async let ended = end(host, minute)
        // Long enough for the worker to be in the call: one that has not begun is tried again.
        try await Task.sleep(for: .milliseconds(100))
        let begin = ContinuousClock.now
        kill(worker, SIGKILL)
        let (end, code) = await ended
        guard code == .crashed else { throw NotCrashed(code: code) }
        return (end - begin).nanoseconds / 1e6
    }

    /// When a call of the spinning method ended, and how.
    private func end(
        _ host: Host, _ arguments: Payload
    ) async -> (ContinuousClock.Instant, OutcomeCode?) {
        let outcome = await host.call("probe", "spin", arguments: arguments)
        return (ContinuousClock.now, outcome.error?.code)
    }

    private struct NotCrashed: Error {
        let code: OutcomeCode?
    }
}
