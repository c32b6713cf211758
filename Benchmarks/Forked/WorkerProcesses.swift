// SPDX-License-Identifier: Apache-2.0

import Foundation
import OracleSupport

/// The processes of a host, found by the names that they give themselves.
enum WorkerProcesses {
    /// The workers of a service: `service/generation#number`.
    static func of(_ service: String, under host: pid_t = getpid()) -> Set<pid_t> {
        Processes.below(host).filter { process in
            let name = name(of: process)
            guard name.hasPrefix("\(service)/"), let mark = name.lastIndex(of: "#") else {
                return false
            }
            return Int(name[name.index(after: mark)...]) != nil
        }
    }

    /// The process that forks the workers.
    static func forkServer(under host: pid_t = getpid()) -> pid_t? {
        Processes.children(of: host).first { name(of: $0) == "backplane-forks" }
    }

    private static func name(of process: pid_t) -> String {
        guard let bytes = FileManager.default.contents(atPath: "/proc/\(process)/comm") else {
            return ""
        }
        return String(decoding: bytes.dropLast(), as: UTF8.self)
    }
}
