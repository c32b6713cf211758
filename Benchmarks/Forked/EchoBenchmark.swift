// SPDX-License-Identifier: Apache-2.0

/// 64 bytes to a worker and back, beside what two processes of C need for that where they run.
struct EchoBenchmark: Benchmark {
    let section = "forked-echo"

    func run(into report: inout Report) async throws {
        for waiting in Waiting.allCases {
            let echo = try await ForkedEcho(waiting)
            do {
                for kind in Placement.Kind.allCases {
                    for caller in ForkedEcho.Caller.allCases {
                        try await measure(
                            Case(waiting: waiting, kind: kind, caller: caller), echo, &report)
                    }
                }
            } catch {
                await echo.stop()
                throw error
            }
            await echo.stop()
        }
    }

    /// What one row is about.
    private struct Case {
        let waiting: Waiting
        let kind: Placement.Kind
        let caller: ForkedEcho.Caller

        var name: String { "64 B echo, \(waiting), \(caller.rawValue)" }

        /// Whether nobody needs to sleep: what comes is so short that it is timed many at a time.
        var isAwake: Bool { waiting == .spinning && kind == .otherCore }

        /// How many times the limit it may take.
        var bound: Row.Bound? {
            switch (kind, caller) {
            case (.unpinned, _): nil
            case (_, .blocking): .atMost(isAwake ? 5 : 1.3)
            // A task may take a hop; how many spins that is, nobody promises.
            case (_, .reader): isAwake ? nil : .atMost(1.3)
            case (_, .globalPool): isAwake ? nil : .atMost(3)
            }
        }
    }

    private func measure(
        _ what: Case, _ echo: ForkedEcho, _ report: inout Report
    ) async throws {
        let batch = what.isAwake ? MachineLimits.spinBatch : 1
        let argument = [UInt8](repeating: 7, count: 64)
        var all: [UInt64] = []
        var placement = try Placement(what.kind)
        let result = try await Comparison.inTurn {
            try limit(of: what)
        } value: {
            let (samples, round) = try await echo.time(
                what.caller, argument, samples: 1000, batch: batch, what.kind)
            all += samples
            placement = round
            return Percentiles(samples, batch: batch).p50
        }
        report.add(
            "\(what.name), p50", result.value, "µs", what.bound,
            reference: Row.Reference(
                name: what.isAwake ? "the spin limit" : "futex ping-pong",
                value: result.reference),
            placement: placement, percentiles: Percentiles(all, batch: batch))
    }

    /// The microseconds that C needs in the same place.
    private func limit(of what: Case) throws -> Double {
        if what.isAwake {
            return Percentiles(try MachineLimits.spinning().samples, batch: MachineLimits.spinBatch)
                .p50
        }
        return Percentiles(try MachineLimits.sleeping(what.kind).samples).p50
    }
}
