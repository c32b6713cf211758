// SPDX-License-Identifier: Apache-2.0

internal import BackplaneTransport
internal import Glibc

/// How a worker's end is told.
enum WorkerEnd {
    /// What it did, as in "worker compute/1#2 *was killed by SIGSEGV* while it ran …".
    static func words(_ exit: WorkerExit) -> String {
        switch exit.reason {
        case .exited(let status): "exited with status \(status)"
        case .signaled(let number): "was killed by \(name(of: number))"
        case .unknown: "ended, nobody knows how,"
        }
    }

    /// The name of a signal, as far as workers die of it.
    static func name(of signal: Int32) -> String {
        switch signal {
        case SIGABRT: "SIGABRT"
        case SIGBUS: "SIGBUS"
        case SIGFPE: "SIGFPE"
        case SIGILL: "SIGILL"
        case SIGKILL: "SIGKILL"
        case SIGSEGV: "SIGSEGV"
        case SIGTERM: "SIGTERM"
        case SIGTRAP: "SIGTRAP"
        case SIGXCPU: "SIGXCPU"
        default: "signal \(signal)"
        }
    }
}
