// SPDX-License-Identifier: Apache-2.0

import CPlacement
import Foundation

/// Sees how often this thread and the busiest thread of another process are on one CPU, where the
/// scheduler decides: trips between them take several times as long when they are not.
struct CoreWatch: Sendable {
    private let process: pid_t
    private var thread: String?
    private var looks = 0
    private var shared = 0

    /// Makes a watch of a process.
    init(_ process: pid_t) {
        self.process = process
    }

    /// In which part of the looks both were on one CPU; `nil` without any.
    var sharedPart: Double? { looks > 0 ? Double(shared) / Double(looks) : nil }

    /// Looks once.
    ///
    /// At the last CPU of the other, so it can be asleep.
    mutating func look() {
        thread = thread ?? busiest()
        guard let thread, let other = fields(of: thread)?.processor else { return }
        looks += 1
        if other == cplacement_current() { shared += 1 }
    }

    private func busiest() -> String? {
        let threads = try? FileManager.default.contentsOfDirectory(atPath: "/proc/\(process)/task")
        // Without threads it has ended, and nobody is on its CPU.
        return threads?.max { (fields(of: $0)?.time ?? 0) < (fields(of: $1)?.time ?? 0) }
    }

    /// What proc_pid_stat(5) says of a thread.
    private func fields(of thread: String) -> (time: Int, processor: Int32)? {
        let path = "/proc/\(process)/task/\(thread)/stat"
        guard let bytes = FileManager.default.contents(atPath: path) else { return nil }
        // The name in parentheses may contain anything.
        guard let end = bytes.lastIndex(of: UInt8(ascii: ")")) else { return nil }
        let words = String(decoding: bytes[(end + 1)...], as: UTF8.self).split(separator: " ")
        // From the third field on: utime is the 14th, stime the 15th, processor the 39th.
        guard words.count > 36, let user = Int(words[11]), let system = Int(words[12]),
            let processor = Int32(words[36])
        else { return nil }
        return (user + system, processor)
    }
}
