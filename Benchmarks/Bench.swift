// SPDX-License-Identifier: Apache-2.0

import Foundation

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
        let arguments = CommandLine.arguments.dropFirst()
        if arguments.contains(HandleBenchmark.childArgument) {
            return try await HandleBenchmark.runAsChild()
        }
        if arguments.contains(EmbeddingBenchmark.childArgument) {
            return try await EmbeddingBenchmark.runAsChild()
        }
        let benchmarks: [any Benchmark] = [
            DynamicCallBenchmark(),
            SlotCallBenchmark(),
            FloodBenchmark(),
            CrashBenchmark(),
            ReloadBenchmark(),
            HandleBenchmark(),
            EmbeddingBenchmark(),
            PluginSizeBenchmark(),
            LimitsBenchmark(),
            EchoBenchmark(),
            PipelineBenchmark(),
            FairnessBenchmark(),
            MessageBenchmark(),
            LargePayloadBenchmark(),
            WorkerStartBenchmark(),
            ReplacementBenchmark(),
            IdleBenchmark(),
            CrowdBenchmark(),
        ]
        var sections: [String] = []
        for benchmark in benchmarks where !sections.contains(benchmark.section) {
            sections.append(benchmark.section)
        }
        let options: BenchOptions
        do throws(BenchOptions.Mistake) {
            options = try BenchOptions(arguments, known: sections)
        } catch {
            try FileHandle.standardError.write(contentsOf: Data("\(error.description)\n".utf8))
            exit(64)
        }
        var report = Report()
        for benchmark in benchmarks where options.wants(benchmark.section) {
            report.begin(benchmark.section)
            do {
                try await benchmark.run(into: &report)
            } catch {
                report.fail("\(type(of: benchmark)): \(error)")
            }
        }
        print(report.text)
        if let file = options.file {
            try Data(report.json.utf8).write(to: URL(filePath: file), options: .atomic)
        }
        if options.isCheck, !report.isKept { exit(1) }
    }
}
