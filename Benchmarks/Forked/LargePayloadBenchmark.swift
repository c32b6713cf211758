// SPDX-License-Identifier: Apache-2.0

import Backplane

/// Large bytes to a worker: a mebibyte there and back, beside the three copies that this takes, and
/// what is built in place, which is not to depend on its size.
struct LargePayloadBenchmark: Benchmark {
    let section = "forked-payloads"

    private static let small = 1 << 20
    private static let large = 64 << 20

    func run(into report: inout Report) async throws {
        let bytes = try await ForkedBytes(.spinning)
        do {
            for kind in Placement.Kind.allCases {
                try await echo(
                    .echo, "1 MiB echo, blocking caller, p50", kind, bytes, &report,
                    kind == .otherCore ? .atMost(1.3) : nil)
            }
            for kind in Placement.Kind.allCases {
                try await echo(
                    .exchange, "1 MiB there, another one back, p50", kind, bytes, &report, nil)
            }
            try await header(bytes, &report)
        } catch {
            await bytes.stop()
            throw error
        }
        await bytes.stop()
    }

    /// A mebibyte that lies in the caller's memory, and comes back to it.
    ///
    /// A worker that gives back what it was lent copies nothing; one that gives what it has built is
    /// copied from once.
    private func echo(
        _ method: ForkedBytes.Method, _ name: String, _ kind: Placement.Kind,
        _ bytes: ForkedBytes, _ report: inout Report, _ bound: Row.Bound?
    ) async throws {
        let argument = Bytes(capacity: Self.small) { output in
            for _ in 0..<Self.small { output.append(7) }
        }
        var all: [UInt64] = []
        var placement = try Placement(kind)
        let result = try await Comparison.inTurn {
            Percentiles(try MachineLimits.copies().samples).p50
        } value: {
            let (samples, round) = try await bytes.time(
                method, argument, samples: 100, kind)
            all += samples
            placement = round
            return Percentiles(samples).p50
        }
        report.add(
            name, result.value, "µs", bound,
            reference: Row.Reference(name: "three copies", value: result.reference),
            placement: placement, percentiles: Percentiles(all))
    }

    /// What a worker is passed that reads its first bytes only.
    private func header(_ bytes: ForkedBytes, _ report: inout Report) async throws {
        let kind = Placement.Kind.otherCore
        let small = try await bytes.build(Self.small)
        let large = try await bytes.build(Self.large)
        var all: [UInt64] = []
        var placement = try Placement(kind)
        let result = try await Comparison.inTurn {
            Percentiles(try await bytes.time(.header, small, samples: 200, kind).samples).p50
        } value: {
            let (samples, round) = try await bytes.time(.header, large, samples: 200, kind)
            all += samples
            placement = round
            return Percentiles(samples).p50
        }
        report.add(
            "64 MiB built in place, its header read, p50", result.value, "µs", .atMost(2),
            reference: Row.Reference(name: "the same with 1 MiB", value: result.reference),
            placement: placement, percentiles: Percentiles(all))
    }
}
