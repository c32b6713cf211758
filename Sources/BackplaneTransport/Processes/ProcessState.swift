// SPDX-License-Identifier: Apache-2.0

internal import Glibc

/// What the kernel tells of a process that may be about to end.
///
/// Source: proc_pid_stat(5), `state`, `ppid`, `flags` and `exit_code`. Should the number be another process's by
/// now, that one is hardly ending too.
struct ProcessState {
    /// Flags of include/linux/sched.h: its main thread is on its way out, and because of a signal, or
    /// of another thread that ended the process.
    private static let exiting: UInt64 = 0x4
    private static let signaled: UInt64 = 0x400

    /// The process that it is a child of.
    let parent: Int32
    private let state: UInt8
    private let flags: UInt64
    private let exitCode: Int32

    /// Reads it; nothing once the process is gone.
    init?(of pid: Int32) {
        let descriptor = unsafe open("/proc/\(pid)/stat", O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        let bytes = unsafe [UInt8](unsafeUninitializedCapacity: 2048) { buffer, count in
            let size = unsafe read(descriptor, buffer.baseAddress, buffer.count)
            count = max(0, size)
        }
        self.init(line: bytes)
    }

    /// Reads a line of `/proc/<pid>/stat`.
    init?(line: [UInt8]) {
        // The second field is the process's name in brackets, which could hold anything.
        guard let bracket = line.lastIndex(of: UInt8(ascii: ")")) else { return nil }
        let fields = line[(bracket + 1)...].split { $0 == UInt8(ascii: " ") || $0 == 10 }
        guard fields.count >= 50, let state = fields[0].first,
            let parent = Int32(String(decoding: fields[1], as: UTF8.self)),
            let flags = UInt64(String(decoding: fields[6], as: UTF8.self)),
            let exitCode = Int32(String(decoding: fields[49], as: UTF8.self))
        else { return nil }
        self.parent = parent
        self.state = state
        self.flags = flags
        self.exitCode = exitCode
    }

    /// Whether all of it is about to end.
    ///
    /// A main thread that ends by itself does not count: others may go on.
    var isDying: Bool { flags & Self.exiting != 0 && flags & Self.signaled != 0 }

    /// How it has ended, where that is not to be taken for anything else.
    ///
    /// An exit with status 0 looks like none. Who may not look into the process is told 0, too.
    var end: WorkerExit.Reason? {
        guard hasEnded, exitCode != 0 else { return nil }
        return WorkerExit.Reason(status: exitCode)
    }

    /// Whether its main thread has ended and was not waited for: with it all of it, nearly always.
    var hasEnded: Bool { state == UInt8(ascii: "Z") || state == UInt8(ascii: "X") }
}
