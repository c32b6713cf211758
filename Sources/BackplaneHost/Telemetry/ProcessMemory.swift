// SPDX-License-Identifier: Apache-2.0

internal import Glibc

/// How much memory processes use, as the kernel tells it.
enum ProcessMemory {
    /// The resident memory of these processes together, in bytes; those that are gone count nothing.
    ///
    /// Source: proc_pid_statm(5).
    static func resident(of processes: [Int32]) -> UInt64 {
        processes.reduce(0) { sum, pid in sum + resident(of: pid) }
    }

    private static func resident(of pid: Int32) -> UInt64 {
        guard let text = ProcFile.read("/proc/\(pid)/statm") else { return 0 }
        let fields = text.split(separator: " ")
        guard fields.count > 1, let pages = UInt64(fields[1]) else { return 0 }
        return pages * UInt64(max(0, sysconf(Int32(_SC_PAGESIZE))))
    }
}
