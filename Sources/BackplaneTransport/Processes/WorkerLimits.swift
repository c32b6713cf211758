// SPDX-License-Identifier: Apache-2.0

/// What one worker process may use; nothing means what the host may.
public struct WorkerLimits: Sendable, Hashable {
    /// Its own memory (RLIMIT_DATA: heap and private maps, not files and shared maps).
    public var memoryBytes: UInt64?
    /// Processor time over its whole life; SIGXCPU then, SIGKILL a second later.
    public var cpuSeconds: UInt64?
    /// Descriptors open at once.
    public var openFiles: UInt64?

    /// Makes limits.
    public init(
        memoryBytes: UInt64? = nil, cpuSeconds: UInt64? = nil, openFiles: UInt64? = nil
    ) {
        self.memoryBytes = memoryBytes
        self.cpuSeconds = cpuSeconds
        self.openFiles = openFiles
    }
}
