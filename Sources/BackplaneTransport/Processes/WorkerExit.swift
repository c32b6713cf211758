// SPDX-License-Identifier: Apache-2.0

package import CLinux

/// How a worker process ended.
public struct WorkerExit: Sendable, Hashable {
    /// Why it ended.
    public enum Reason: Sendable, Hashable {
        /// It exited with a status.
        case exited(Int32)
        /// A signal ended it.
        case signaled(Int32)
        /// It is gone, and who could have told has gone before it.
        case unknown

        /// Reads a status of wait(2).
        public init(status: Int32) {
            let signal = clinux_status_signal(status)
            if signal != 0 {
                self = .signaled(signal)
            } else {
                self = .exited(clinux_status_code(status))
            }
        }
    }

    /// The process.
    public var pid: Int32
    /// Why it ended.
    public var reason: Reason
    /// The most memory that it had resident.
    public var peakMemoryBytes: UInt64
    /// The processor time that it used.
    public var cpuMicroseconds: UInt64

    /// Makes an exit.
    public init(
        pid: Int32, reason: Reason, peakMemoryBytes: UInt64 = 0, cpuMicroseconds: UInt64 = 0
    ) {
        self.pid = pid
        self.reason = reason
        self.peakMemoryBytes = peakMemoryBytes
        self.cpuMicroseconds = cpuMicroseconds
    }

    /// Reads what the kernel told.
    package init(_ end: clinux_exit) {
        self.init(
            pid: end.pid, reason: Reason(status: end.status), peakMemoryBytes: end.peak_memory,
            cpuMicroseconds: end.cpu_microseconds)
    }
}
