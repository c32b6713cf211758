// SPDX-License-Identifier: Apache-2.0

import Foundation
import Synchronization

/// The memory of processes, looked at again and again.
final class ResidentMemory: Sendable {
    private let peaks: Mutex<[Int]>
    private let processes: [Int32]
    private let isOver = Mutex(false)

    /// - Parameter processes: Those that are looked at.
    init(of processes: [Int32]) {
        self.processes = processes
        peaks = Mutex(processes.map(Self.bytes))
        // On a thread of its own: who is looked at has all others.
        Thread.detachNewThread { self.watch() }
    }

    /// Ends it; the most that each process had.
    func end() -> [Int] {
        isOver.withLock { $0 = true }
        return peaks.withLock { $0 }
    }

    private func watch() {
        while !isOver.withLock({ $0 }) {
            let now = processes.map(Self.bytes)
            peaks.withLock { peaks in peaks = zip(peaks, now).map { max($0, $1) } }
            usleep(5000)
        }
    }

    /// The bytes of a process that are in memory; 0 for one that is gone.
    static func bytes(_ process: Int32) -> Int {
        let status = try? String(contentsOfFile: "/proc/\(process)/status", encoding: .utf8)
        let line = status?.split(separator: "\n").first { $0.hasPrefix("VmRSS:") }
        let kibibytes = line?.split(separator: " ").dropFirst().first.flatMap { Int($0) }
        return (kibibytes ?? 0) << 10
    }
}
