// SPDX-License-Identifier: Apache-2.0

import BackplaneHost
import ExampleHosting
import Foundation
import Synchronization

/// What a slow consumer costs in memory: `backplane-soak [SECONDS]`, for small messages and large ones.
///
/// Exits 1 when that is more than the documented buffers, or when messages were lost.
@main
struct SoakProgram {
    static func main() async throws {
        let seconds = CommandLine.arguments.dropFirst().first.flatMap { Int($0) } ?? 30
        exit(try await isKept(for: seconds) ? 0 : 1)
    }

    // Not on the main actor, where each hop costs 20 µs.
    @concurrent
    private static func isKept(for seconds: Int) async throws -> Bool {
        let isKept = Mutex(true)
        for size in [16, 64 << 10] {
            let probe = ServiceConfiguration(name: "probe", plugin: .name("Probe"), slot: .forked)
            try await ExampleHost.with([probe]) { host in
                let report = try await Soak(host: host, seconds: seconds, size: size).run()
                // At once: it takes its time, and somebody may be watching.
                FileHandle.standardOutput.write(Data("\(report)\n".utf8))
                if !report.isKept { isKept.withLock { $0 = false } }
            }
        }
        return isKept.withLock { $0 }
    }
}
