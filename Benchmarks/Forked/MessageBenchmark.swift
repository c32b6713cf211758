// SPDX-License-Identifier: Apache-2.0

import BackplaneHost
import BackplanePayload

/// Messages that one worker sends and one consumer takes, beside ZeroMQ.
struct MessageBenchmark: Benchmark {
    let section = "forked-rates"

    private static let count = 100_000
    private static let size = 64

    func run(into report: inout Report) async throws {
        for kind in [Placement.Kind.otherCore, .unpinned] {
            let placement = try Placement(kind)
            let rates = try await rates(placement)
            report.add(
                "messages of \(Self.size) B from a worker to one consumer", rates.value / 1000,
                "thousand messages/s", kind == .otherCore ? .atLeast(1000) : nil,
                placement: placement)
            report.add(
                "messages of \(Self.size) B, beside ZeroMQ", rates.value / 1000,
                "thousand messages/s",
                reference: Row.Reference(
                    name: "ZeroMQ PUSH and PULL", value: rates.reference / 1000),
                placement: placement)
        }
    }

    /// Messages a second, ours and ZeroMQ's.
    private func rates(_ placement: Placement) async throws -> Comparison.Result {
        let bench = try await BenchHost([
            ServiceConfiguration(name: "probe", plugin: .name("Probe"), slot: .forked)
        ])
        let rates: Comparison.Result
        do {
            rates = try await Comparison.inTurn {
                try ZeroMQ.push(placement.kind).perSecond
            } value: {
                try await placement.holding(WorkerProcesses.of("probe")) {
                    // One thread takes them out of the ring and reads them.
                    try await Task(executorPreference: try bench.host.readerExecutor()) {
                        try await Self.messages(bench.host)
                    }.value
                }
            }
        } catch {
            try await bench.stop()
            throw error
        }
        try await bench.stop()
        return rates
    }

    /// From the first to the last.
    @concurrent
    private static func messages(_ host: Host) async throws -> Double {
        let call = host.open("probe", "stream", count, size)
        var received = 0
        var begin = ContinuousClock.now
        for try await message in call.messages {
            if received == 0 { begin = .now }
            guard case .bytes(let bytes) = message.data, bytes.count == size else {
                throw WrongAnswer()
            }
            received += 1
        }
        let time = ContinuousClock.now - begin
        guard received == count else { throw WrongAnswer() }
        return Double(received - 1) / time.nanoseconds * 1e9
    }
}
