// SPDX-License-Identifier: Apache-2.0

import BackplaneHost
import BackplanePayload
import BackplaneTransport
import Glibc
import Logging

/// From the death of a worker to the first answer of the one that takes its place.
struct ReplacementBenchmark: Benchmark {
    let section = "forked-processes"

    private static let rounds = 100

    /// What stands ready for a death, and what that is worth.
    private struct Variant {
        let name: String
        /// Milliseconds.
        let bound: Double
        let service: ServiceConfiguration
    }

    func run(into report: inout Report) async throws {
        for variant in variants {
            let bench = try await BenchHost([variant.service], logging: .critical)
            var samples: [UInt64] = []
            do {
                for _ in 0..<Self.rounds { samples.append(try await round(bench.host)) }
            } catch {
                try await bench.stop()
                throw error
            }
            try await bench.stop()
            report.add(
                "kill -9 of a worker to the next answer, \(variant.name)",
                Percentiles(samples, in: .milliseconds), .atMost(variant.bound),
                placement: try Placement(.unpinned))
        }
    }

    private var variants: [Variant] {
        var service = ServiceConfiguration(
            name: "probe", plugin: .name("Probe"), slot: .forked,
            // An attempt that met the dying worker is followed by the next at once, not after a
            // pause.
            retries: RetryConfiguration(max: 0))
        // Each death counts as the first.
        service.restart = RestartConfiguration(
            delay: .milliseconds(1), maximumDelay: .milliseconds(1),
            healthyAfter: .milliseconds(1))
        var standby = service
        standby.standby = 1
        return [
            Variant(name: "no standby", bound: 2, service: service),
            Variant(name: "one standby", bound: 1, service: standby),
        ]
    }

    /// Nanoseconds in which nobody answered.
    private func round(_ host: Host) async throws -> UInt64 {
        let none = Payload(try CBOR.encode(Value.array([])))
        let killed = try CBOR.decode(
            Int32.self,
            from: try await host.call("probe", "processNumber", arguments: none).get().bytes)
        // Long enough to count as healthy, and to have all at rest.
        try await Task.sleep(for: .milliseconds(20))
        let begin = ContinuousClock.now
        let limit = begin.advanced(by: .seconds(10))
        kill(killed, SIGKILL)
        while ContinuousClock.now < limit {
            let outcome = await host.call("probe", "processNumber", arguments: none)
            guard case .value(let payload) = outcome else { continue }
            let answering = try CBOR.decode(Int32.self, from: payload.bytes)
            // Until the signal has reached it, the old one may still answer.
            if answering != killed {
                return UInt64((ContinuousClock.now - begin).nanoseconds)
            }
        }
        throw NotReplaced()
    }

    private struct NotReplaced: Error {}
}
