// SPDX-License-Identifier: Apache-2.0

import Glibc

/// Measures what Backplane promises, as ratios against references of the same run where it can.
///
/// `--check` exits 1 when a bound is missed.
@main
struct Bench {
    static func main() async throws {
        // An async main runs on the main actor, where each hop costs 20 µs.
        try await measure()
    }

    @concurrent
    private static func measure() async throws {
        if CommandLine.arguments.contains(HandleBenchmark.childArgument) {
            return try await HandleBenchmark.runAsChild()
        }
        if CommandLine.arguments.contains(EmbeddingBenchmark.childArgument) {
            return try await EmbeddingBenchmark.runAsChild()
        }
        let isCheck = CommandLine.arguments.contains("--check")
        let benchmarks: [any Benchmark] = [
            DynamicCallBenchmark(),
            SlotCallBenchmark(),
            FloodBenchmark(),
            CrashBenchmark(),
            ReloadBenchmark(),
            HandleBenchmark(),
            EmbeddingBenchmark(),
            PluginSizeBenchmark(),
        ]
        var report = Report()
        for benchmark in benchmarks {
            do {
                try await benchmark.run(into: &report)
            } catch {
                report.fail("\(type(of: benchmark)): \(error)")
            }
        }
        print(report.text)
        if isCheck, !report.isKept { exit(1) }
    }
}
