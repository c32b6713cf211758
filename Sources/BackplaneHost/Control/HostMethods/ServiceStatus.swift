// SPDX-License-Identifier: Apache-2.0

/// How one service is.
package struct ServiceStatus: Codable, Sendable, Equatable {
    /// The last error outcome of a call, or the last death.
    package struct LastError: Codable, Sendable, Equatable {
        /// The outcome's code, e.g.
        ///
        /// `crashed`.
        package var code: String
        package var message: String
        /// RFC 3339, in UTC.
        package var at: String
    }

    package var name: String
    /// The plugin as the configuration names it.
    package var plugin: String
    /// `in-process`, `async` or `forked`.
    package var slot: String
    /// What is wanted: `running` or `stopped`.
    package var desired: String
    /// What is: `running`, `starting`, `waiting` (its file is not there), `backing-off`, `stopping`, `stopped`,
    /// `disabled` or `failed`.
    package var state: String
    /// Why it is not running.
    package var reason: String?
    /// The generation that takes calls.
    package var generation: Int?
    /// How long it has been running, in seconds.
    package var uptime: Double?
    /// Threads or processes: those that run, and those that should.
    package var workers: Int
    package var wantedWorkers: Int
    /// Processes that stand by for a worker that dies; none for a service without.
    package var standbys: Int?
    /// The process that workers are forked from, with the plugin open.
    package var template: Int?
    package var restarts: Int
    /// Calls that have ended.
    package var calls: UInt64
    /// Those of them that ended with an error.
    package var errors: UInt64
    package var inFlight: Int
    package var queued: Int
    /// Microseconds; none before the first call has ended.
    package var p50: Double?
    package var p99: Double?
    /// Of the workers' processes together; none for a service in the host's own process.
    package var memory: UInt64?
    /// The generations that are mapped in the host's own process, where they stay; none for a service
    /// that is not there.
    package var mappedGenerations: Int?
    /// The size of their plugins' files.
    package var mappedBytes: UInt64?
    package var lastError: LastError?

    package enum CodingKeys: String, CodingKey {
        case name, plugin, slot, desired, state, reason, generation, workers, standbys, template,
            restarts, calls
        case errors, queued
        case uptime = "uptime_seconds"
        case wantedWorkers = "wanted_workers"
        case inFlight = "in_flight"
        case p50 = "p50_microseconds"
        case p99 = "p99_microseconds"
        case memory = "memory_bytes"
        case mappedGenerations = "mapped_generations"
        case mappedBytes = "mapped_bytes"
        case lastError = "last_error"
    }
}
