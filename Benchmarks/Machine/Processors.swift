// SPDX-License-Identifier: Apache-2.0

import CPlacement
import Glibc

/// The CPUs that a measurement may use.
enum Processors {
    /// Those that this program was allowed when it began to measure.
    static let allowed: [Int32] = {
        var cpus = [Int32](repeating: 0, count: 1024)
        let count = unsafe cplacement_allowed(&cpus, Int32(cpus.count))
        return Array(cpus.prefix(max(0, Int(count))))
    }()

    /// The one that the measuring side runs on.
    static var near: Int32 { allowed.first ?? 0 }

    /// One on another core; where the cores have no more than one place for us, another thread of
    /// the same core.
    static var far: Int32? {
        let others = allowed.dropFirst()
        return others.first { cplacement_is_same_core(near, $0) == 0 } ?? others.first
    }

    /// Has all threads of a process run on a CPU, and those that they start.
    ///
    /// - Parameter cpu: `nil` for all that are allowed.
    static func pin(process: pid_t, to cpu: Int32?) throws {
        let cpus = cpu.map { [$0] } ?? allowed
        guard unsafe cplacement_pin_process(process, cpus, Int32(cpus.count)) == 0 else {
            throw NotPinned(process: process, cpus: cpus, error: errno)
        }
    }

    /// A process can't be told where to run.
    struct NotPinned: Error {
        let process: pid_t
        let cpus: [Int32]
        let error: Int32
    }
}
