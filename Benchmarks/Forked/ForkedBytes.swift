// SPDX-License-Identifier: Apache-2.0

import Backplane
import BackplaneEmbedding
import Glibc

/// A plugin in a process of its own that takes and gives bytes where they lie, and a program that
/// calls it on a thread of its own.
final class ForkedBytes: Sendable {
    private static let service = "probe"

    private let manager: ServiceManager

    init(_ waiting: Waiting) async throws {
        manager = try await ForkedProgram.start(Self.service, plugin: "StatelessProbe", waiting)
    }

    func stop() async {
        await manager.shutdown()
    }

    /// What is called.
    enum Method: String {
        /// Gives its argument back.
        case echo = "shared"
        /// Gives as many bytes of its own back.
        case exchange
        /// Reads the first bytes of its argument.
        case header
    }

    /// Bytes in the worker's memory.
    func build(_ count: Int) async throws -> Bytes {
        try await manager.withPayloadBuffer(for: Self.service, capacity: count) { output in
            for _ in 0..<count { output.append(7) }
        }
    }

    /// Times calls where a kind of placement puts them, and says where that was.
    func time(
        _ method: Method, _ argument: Bytes, samples: Int, _ kind: Placement.Kind
    ) async throws -> (samples: [UInt64], placement: Placement) {
        var placement = try Placement(kind)
        let workers = WorkerProcesses.of(Self.service)
        let stopwatch = Stopwatch(
            samples: samples, batch: 1, watched: kind == .unpinned ? workers.first : nil)
        let times = try await placement.holding(workers) {
            switch method {
            case .echo, .exchange:
                let echo = try manager.function(
                    "\(Self.service).\(method.rawValue)", taking: Bytes.self,
                    returning: Bytes.self)
                return try await OwnThread.run("bench-caller") {
                    try stopwatch.time {
                        guard try echo(argument).count == argument.count else {
                            throw WrongAnswer()
                        }
                    }
                }
            case .header:
                let header = try manager.function(
                    "\(Self.service).\(method.rawValue)", taking: Bytes.self, returning: [Int].self)
                return try await OwnThread.run("bench-caller") {
                    try stopwatch.time {
                        guard try header(argument).first == argument.count else {
                            throw WrongAnswer()
                        }
                    }
                }
            }
        }
        placement.sharedPart = times.sharedPart
        return (times.samples, placement)
    }
}
