// SPDX-License-Identifier: Apache-2.0

import BackplaneHost
import BackplanePayload
import BackplaneTransport

/// Many calls at once from one thread to one worker, beside ZeroMQ.
struct PipelineBenchmark: Benchmark {
    let section = "forked-rates"

    /// Who makes the calls, on that thread.
    private enum Caller: String {
        case task = "begun by one task"
        case tasks = "of as many tasks"
    }

    private static let inFlight = 64
    private static let time = Duration.milliseconds(500)

    func run(into report: inout Report) async throws {
        for (caller, kind) in [
            (Caller.task, Placement.Kind.otherCore), (.task, .unpinned), (.tasks, .otherCore),
        ] {
            let placement = try Placement(kind)
            let rates = try await rates(caller, placement)
            let name =
                "calls at once from one thread, \(Self.inFlight) in flight, \(caller.rawValue)"
            // What a scheduler may spoil is only shown.
            let isBound = caller == .task && kind == .otherCore
            report.add(
                name, rates.value / 1000, "thousand calls/s", isBound ? .atLeast(1500) : nil,
                placement: placement)
            report.add(
                "\(name), beside ZeroMQ", rates.value / 1000, "thousand calls/s",
                isBound ? .atLeast(2) : nil,
                reference: Row.Reference(name: "ZeroMQ PAIR", value: rates.reference / 1000),
                placement: placement)
        }
    }

    /// Calls a second, ours and ZeroMQ's.
    private func rates(_ caller: Caller, _ placement: Placement) async throws -> Comparison.Result {
        let bench = try await BenchHost([
            // Methods that do not suspend run one at a time in a worker, unless told otherwise.
            ServiceConfiguration(
                name: "echo", plugin: .name("Echo"), slot: .forked, concurrency: Self.inFlight)
        ])
        // One thread: the one that takes outcomes out of the ring, too.
        let executor = try bench.host.readerExecutor()
        let rates: Comparison.Result
        do {
            rates = try await Comparison.inTurn {
                try ZeroMQ.pair(inFlight: Self.inFlight, placement.kind).perSecond
            } value: {
                try await placement.holding(WorkerProcesses.of("echo")) {
                    switch caller {
                    case .task: try await begun(bench.host, on: executor)
                    case .tasks: try await calls(bench.host, on: executor)
                    }
                }
            }
        } catch {
            try await bench.stop()
            throw error
        }
        try await bench.stop()
        return rates
    }

    private static func arguments() throws -> Payload {
        Payload(try CBOR.encode(Value.array([.bytes([UInt8](repeating: 7, count: 64))])))
    }

    /// One task, which begins a call for each whose outcome it has taken.
    private func begun(_ host: Host, on executor: any TaskExecutor) async throws -> Double {
        let arguments = try Self.arguments()
        let task = Task(executorPreference: executor) {
            let begin = ContinuousClock.now
            let end = begin.advanced(by: Self.time)
            var calls = (0..<Self.inFlight).map { _ in
                host.begin("echo", "echo", arguments: arguments)
            }
            var count = 0
            while ContinuousClock.now < end {
                for index in calls.indices {
                    if let error = await calls[index].outcome.error { throw error }
                    calls[index] = host.begin("echo", "echo", arguments: arguments)
                }
                count += calls.count
            }
            for call in calls { _ = await call.outcome }
            return Double(count) / (ContinuousClock.now - begin).nanoseconds * 1e9
        }
        return try await task.value
    }

    private func calls(_ host: Host, on executor: any TaskExecutor) async throws -> Double {
        let arguments = try Self.arguments()
        let begin = ContinuousClock.now
        let end = begin.advanced(by: Self.time)
        let count = try await withThrowingTaskGroup(of: Int.self) { tasks in
            for _ in 0..<Self.inFlight {
                tasks.addTask(executorPreference: executor) {
                    try await Self.calls(host, arguments, until: end)
                }
            }
            return try await tasks.reduce(0, +)
        }
        return Double(count) / (ContinuousClock.now - begin).nanoseconds * 1e9
    }

    /// One call after the other; returns how many.
    private static func calls(
        _ host: Host, _ arguments: Payload, until end: ContinuousClock.Instant
    ) async throws -> Int {
        var count = 0
        // The clock is not looked at for each of them: it takes a part of a call.
        while ContinuousClock.now < end {
            for _ in 0..<16 {
                let outcome = await host.call("echo", "echo", arguments: arguments)
                if let error = outcome.error { throw error }
            }
            count += 16
        }
        return count
    }
}
