// SPDX-License-Identifier: Apache-2.0

/// A service as `ps --json` shows it.
public struct ServiceReport: Decodable {
    /// Its name.
    public let name: String
    /// What is: `running`, `waiting`, `failed`, and others.
    public let state: String
    /// Where its code runs.
    public let slot: String
    /// Why it is not running.
    public let reason: String?
    /// The generation that takes calls.
    public let generation: Int?
    /// How long it has been running.
    public let uptime_seconds: Double?
    /// Threads or processes.
    public let workers: Int
    /// Those that stand by, where any are asked for.
    public let standbys: Int?
    /// How often it was started again.
    public let restarts: Int
    /// Calls that have ended.
    public let calls: Int
    /// Those of them that ended with an error.
    public let errors: Int
    /// Calls that run.
    public let in_flight: Int
    /// Calls that wait.
    public let queued: Int
}
