// SPDX-License-Identifier: Apache-2.0

/// How hard a storm blows.
public struct StormPlan: Sendable {
    /// The slot that all services are mounted in.
    public var slot: String
    /// How often each service's plugin is replaced.
    public var replacements: Int
    /// How many calls are in flight at any time.
    public var inFlight: Int
    /// How many callers they come from, each with a connection of its own.
    public var callers: Int
    /// Equal seeds make the same calls.
    public var seed: UInt64

    /// Makes a plan; the numbers are those that a host has to stand.
    public init(
        slot: String, replacements: Int = 100, inFlight: Int = 1000, callers: Int = 16,
        seed: UInt64 = 1
    ) {
        self.slot = slot
        self.replacements = replacements
        self.inFlight = inFlight
        self.callers = callers
        self.seed = seed
    }
}
