// SPDX-License-Identifier: Apache-2.0

import Foundation
import OracleSupport

/// What a host, which is this process, has of things that a death could leave behind.
public struct Census: Sendable, Equatable, CustomStringConvertible {
    /// Open descriptors.
    public var descriptors = 0
    /// Mappings of memory that is shared with workers.
    public var mappings = 0
    /// Processes below this one, zombies too.
    public var processes = 0

    /// Counts, now.
    public static func now() throws -> Census {
        let maps = try String(contentsOfFile: "/proc/self/maps", encoding: .utf8)
        return Census(
            descriptors: try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").count,
            mappings: maps.split(separator: "\n").count { $0.contains("/memfd:backplane-") },
            processes: Processes.below(getpid()).count)
    }

    /// Counts until there is no more than before, or some seconds have passed: what is on its way out
    /// has time.
    public static func settled(within before: Census) async throws -> Census {
        let end = ContinuousClock.now.advanced(by: .seconds(20))
        while true {
            let census = try now()
            if !census.exceeds(before) || ContinuousClock.now >= end { return census }
            // A poll: nobody tells.
            try await Task.sleep(for: .milliseconds(20))
        }
    }

    /// Whether there is more of anything; of what a deadline keeps for a while there may be less.
    public func exceeds(_ before: Census) -> Bool {
        descriptors > before.descriptors || mappings > before.mappings
            || processes > before.processes
    }

    /// Counts until it has been the same for a while.
    public static func settled() async throws -> Census {
        var (last, looks) = (try now(), 0)
        while looks < 10 {
            // A poll: nobody tells.
            try await Task.sleep(for: .milliseconds(20))
            let census = try now()
            looks = census == last ? looks + 1 : 0
            last = census
        }
        return last
    }

    /// All of it.
    public var description: String {
        "\(descriptors) descriptors, \(mappings) shared mappings, \(processes) processes"
    }
}
