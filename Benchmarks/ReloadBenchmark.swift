// SPDX-License-Identifier: Apache-2.0

import Glibc
import OracleSupport
import ReloadStorm

/// From a plugin's file that was replaced to the first answer of the new generation, in an idle host.
///
/// The host is the real program, asked over its control socket which version answers.
struct ReloadBenchmark: Benchmark {
    let section = "reload"

    private static let rounds = 21
    private static let service = "echo"

    /// How a file comes to be another.
    private enum Change: String, CaseIterable {
        case renamed, closed
    }

    /// What one change took, in milliseconds.
    private struct Round {
        let answer: Double
        let phases: [(name: String, milliseconds: Double)]

        /// Without the time in which nobody knew yet whether the file is finished.
        var withoutSettling: Double {
            answer - phases.filter { $0.name == "settle" }.map(\.milliseconds).reduce(0, +)
        }
    }

    func run(into report: inout Report) async throws {
        for slot in ["in-process", "async", "forked"] {
            let bench = try Bed(slot: slot)
            for change in Change.allCases {
                let rounds = try (0..<Self.rounds).map { _ in try bench.round(change) }
                add(rounds, "file \(change.rawValue) to answer, \(slot)", to: &report)
            }
        }
    }

    private func add(_ rounds: [Round], _ name: String, to report: inout Report) {
        report.add("\(name), p50", Self.median(rounds.map(\.answer)), "ms", atMost: 100)
        report.add(
            "\(name) without settling, p50", Self.median(rounds.map(\.withoutSettling)), "ms",
            atMost: 50)
        for (index, phase) in (rounds.first?.phases ?? []).enumerated() {
            let times = rounds.compactMap { round in
                round.phases.indices.contains(index) ? round.phases[index].milliseconds : nil
            }
            report.add("  of that, \(phase.name), p50", Self.median(times), "ms")
        }
    }

    private static func median(_ values: [Double]) -> Double {
        values.isEmpty ? 0 : values.sorted()[values.count / 2]
    }

    /// A host with one service, whose plugin is replaced.
    private final class Bed {
        private let folder = TemporaryFolder()
        private let host: HostProcess
        private let follower: EventFollower
        private let question: VersionQuestion
        private let built: PatchedPlugin
        private var version = 1

        init(slot: String) throws {
            built = try PatchedPlugin("VersionedEcho")
            try built.version(1).install(at: folder.path("libEcho.so"))
            host = try HostProcess(
                "  \(service): { plugin: Echo, slot: \(slot), probation: 1ms }", in: folder,
                plugins: folder.path, reload: true)
            let socket = folder.path(".backplane/host.sock")
            follower = try EventFollower(socket: socket)
            question = try VersionQuestion(socket: socket, service: service)
        }

        func round(_ change: Change) throws -> Round {
            version += 1
            let heard = follower.events.count
            let build = try built.version(version)
            let begin = try put(build, change)
            let limit = begin.advanced(by: .seconds(30))
            // Not without a pause: the host is to be idle.
            while try question.ask() != version {
                guard ContinuousClock.now < limit else {
                    throw Deadline.Passed(description: "no answer of version \(version)")
                }
                usleep(500)
            }
            let answer = (ContinuousClock.now - begin).nanoseconds / 1e6
            let event = try follower.wait("a switch", after: heard) { $0.kind == "switched" }
            _ = try follower.wait("the last one's end", after: heard) { $0.kind == "retired" }
            return Round(answer: answer, phases: event.phases)
        }

        /// Changes the file, and says when that was done.
        private func put(_ build: PatchedPlugin, _ change: Change) throws -> ContinuousClock.Instant
        {
            let path = folder.path("libEcho.so")
            switch change {
            case .closed:
                try build.overwrite(path)
                return .now
            case .renamed:
                // Written before: what counts is the rename.
                try build.install(at: path + ".new")
                let begin = ContinuousClock.now
                FileSystem.rename(path + ".new", to: path)
                return begin
            }
        }
    }
}
