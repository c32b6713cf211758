// SPDX-License-Identifier: Apache-2.0

/// A mebibyte to a worker and back, beside the three copies that this takes at least.
struct LargePayloadBenchmark: Benchmark {
    let section = "forked-payloads"

    private static let size = 1 << 20

    func run(into report: inout Report) async throws {
        let echo = try await ForkedEcho(.spinning)
        do {
            for kind in Placement.Kind.allCases { try await measure(kind, echo, &report) }
        } catch {
            await echo.stop()
            throw error
        }
        await echo.stop()
    }

    private func measure(
        _ kind: Placement.Kind, _ echo: ForkedEcho, _ report: inout Report
    ) async throws {
        let argument = [UInt8](repeating: 7, count: Self.size)
        var all: [UInt64] = []
        var placement = try Placement(kind)
        let result = try await Comparison.inTurn {
            Percentiles(try MachineLimits.copies().samples).p50
        } value: {
            let (samples, round) = try await echo.time(
                .blocking, argument, samples: 100, kind)
            all += samples
            placement = round
            return Percentiles(samples).p50
        }
        report.add(
            "1 MiB echo, blocking caller, p50", result.value, "µs",
            kind == .otherCore ? .atMost(1.3) : nil,
            reference: Row.Reference(name: "three copies", value: result.reference),
            placement: placement, percentiles: Percentiles(all))
    }
}
