// SPDX-License-Identifier: Apache-2.0

import BackplaneHost
import BackplanePayload
import BackplaneTransport
import Glibc

/// Calls that go to another thread or process, beside one byte that goes through pipes and back.
struct SlotCallBenchmark: Benchmark {
    let section = "calls"

    private static let rounds = 3000

    func run(into report: inout Report) async throws {
        report.add("pipe to another process and back, p50", try Self.pingPong(), "ns")
        for (slot, name) in [(SlotKind.async, "async"), (.forked, "forked")] {
            let bench = try await BenchHost([
                ServiceConfiguration(name: "echo", plugin: .name("Echo"), slot: slot)
            ])
            report.add(
                "dynamic \(name) call of echo, p50", try await Self.calls(bench.host), "ns")
            try await bench.stop()
        }
    }

    private static func calls(_ host: Host) async throws -> Double {
        let arguments = Payload(try CBOR.encode(Value.array([.integer(42)])))
        var samples: [Double] = []
        for _ in 0..<rounds {
            let begin = ContinuousClock.now
            _ = try await host.call("echo", "echo", arguments: arguments).get()
            samples.append((ContinuousClock.now - begin).nanoseconds)
        }
        return samples.sorted()[rounds / 2]
    }

    /// `cat` on the other side of two pipes.
    private static func pingPong() throws -> Double {
        let echo = try PipedChild()
        var samples: [Double] = []
        for _ in 0..<rounds {
            let begin = ContinuousClock.now
            try echo.bounce()
            samples.append((ContinuousClock.now - begin).nanoseconds)
        }
        return samples.sorted()[rounds / 2]
    }
}
