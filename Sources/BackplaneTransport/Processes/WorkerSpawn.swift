// SPDX-License-Identifier: Apache-2.0

/// What a new worker process is to be.
public struct WorkerSpawn: Sendable {
    /// The name that tools show for it; at most 15 bytes of it.
    public var name: String
    /// Its whole environment, as `KEY=value`.
    public var environment: [String]
    /// What it may use.
    public var limits: WorkerLimits
    /// The bounds of its channel.
    public var frameLimits: FrameLimits
    /// The sizes of its channel's memory.
    public var layout: RegionLayout
    /// Whether debuggers may attach.
    ///
    /// Off, because every process of the same user may then write into its memory, its neighbours
    /// included, and because a death waits for the core dump.
    public var isDebuggable: Bool

    /// Makes a description of a worker.
    public init(
        name: String, environment: [String] = [], limits: WorkerLimits = WorkerLimits(),
        frameLimits: FrameLimits = FrameLimits(), layout: RegionLayout = RegionLayout(),
        isDebuggable: Bool = false
    ) {
        self.name = name
        self.environment = environment
        self.limits = limits
        self.frameLimits = frameLimits
        self.layout = layout
        self.isDebuggable = isDebuggable
    }
}
