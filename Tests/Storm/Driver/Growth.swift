// SPDX-License-Identifier: Apache-2.0

import Foundation
import OracleSupport

/// Reloads a plugin of 300 KB again and again, each time other bytes, and looks at what stays.
public struct Growth {
    /// What the host and its processes have more than before.
    public struct Report: Sendable, CustomStringConvertible {
        /// Per reload, of the host's own memory and of its processes'.
        public let kibibytes: Double
        /// Open files of the host.
        public let descriptors: Int
        /// Threads of the host.
        public let threads: Int
        /// Processes below the host.
        public let processes: Int

        /// All of it.
        public var description: String {
            "\((kibibytes * 10).rounded() / 10) KiB a generation, \(descriptors) descriptors, "
                + "\(threads) threads, \(processes) processes more"
        }
    }

    private struct Census {
        var kibibytes = 0.0
        var descriptors = 0
        var threads = 0
        var processes = 0
    }

    private let slot: String
    private let reloads: Int
    private let warmUp: Int

    /// Plans so many reloads.
    ///
    /// - Parameter warmUp: How many go before, for what is made once or kept for a while: a host
    ///   remembers its last thousand events.
    public init(slot: String, reloads: Int, warmUp: Int = 20) {
        self.slot = slot
        self.reloads = reloads
        self.warmUp = warmUp
    }

    /// Reloads and counts.
    public func measure() throws -> Report {
        let folder = TemporaryFolder()
        let path = folder.path("libPadded.so")
        let built = try PatchedPlugin(at: CPlugin.padded.path())
        try built.version(1).install(at: path)
        let host = try HostProcess(
            "  padded: { plugin: Padded, slot: \(slot), probation: 1ms, max-generations: 100000 }",
            in: folder, plugins: folder.path, reload: true)
        let follower = try EventFollower(socket: folder.path(".backplane/host.sock"))
        var version = 1
        func reload(_ count: Int) throws {
            for _ in 0..<count {
                version += 1
                let heard = follower.events.count
                try built.version(version).install(at: path)
                let event = try follower.wait("version \(version)", after: heard) {
                    $0.service == "padded" && $0.isVerdict
                }
                guard event.kind == "switched" else {
                    throw Deadline.Passed(
                        description: "\(event.kind) instead of switched: \(event.message ?? "")")
                }
            }
        }
        try reload(warmUp)
        let before = try census(host.pid, follower)
        try reload(reloads)
        var after = try census(host.pid, follower)
        // Threads that have nothing to do go after a while.
        let limit = ContinuousClock.now.advanced(by: .seconds(20))
        while after.threads > before.threads, ContinuousClock.now < limit {
            after = try census(host.pid, follower)
        }
        return Report(
            kibibytes: (after.kibibytes - before.kibibytes) / Double(reloads),
            descriptors: after.descriptors - before.descriptors,
            threads: after.threads - before.threads,
            processes: after.processes - before.processes)
    }

    /// Counts once every generation but the last has ended.
    private func census(_ host: pid_t, _ follower: EventFollower) throws -> Census {
        try Deadline.wait("the end of all but one generation") {
            let events = follower.events
            return events.count { $0.kind == "retired" } == events.count { $0.kind == "switched" }
        }
        var census = Census()
        // Threads and processes that are on their way out are given the time for that.
        var quiet = 0
        try Deadline.wait("a host at rest", within: .seconds(30)) {
            let now = try Self.count(host)
            quiet =
                now.threads == census.threads && now.processes == census.processes
                ? quiet + 1 : 0
            census = now
            return quiet > 500
        }
        return census
    }

    private static func count(_ host: pid_t) throws -> Census {
        let below = Processes.running(Processes.below(host))
        var census = Census()
        census.processes = below.count
        census.descriptors = try FileManager.default
            .contentsOfDirectory(atPath: "/proc/\(host)/fd").count
        census.threads = try FileManager.default
            .contentsOfDirectory(atPath: "/proc/\(host)/task").count
        for pid in below.union([host]) { census.kibibytes += privateKibibytes(pid) }
        return census
    }

    /// What a process has in memory that is nobody else's; 0 for one that is gone.
    private static func privateKibibytes(_ pid: pid_t) -> Double {
        guard let data = FileManager.default.contents(atPath: "/proc/\(pid)/smaps_rollup") else {
            return 0
        }
        return String(decoding: data, as: UTF8.self).split(separator: "\n")
            .filter { $0.hasPrefix("Private_") }
            .compactMap { line in
                line.split(separator: " ").dropFirst().first.flatMap { Double($0) }
            }
            .reduce(0, +)
    }
}
