// SPDX-License-Identifier: Apache-2.0

import Glibc

/// How the two sides of a forked slot wait for each other.
enum Waiting: String, CaseIterable {
    /// Awake for a while where the other side is on another core, as the host does by itself.
    case spinning
    /// Asleep at once.
    case sleeping

    /// Makes a host that waits like this, of what `make` starts.
    ///
    /// By the environment variable that the host reads as it starts. A channel that never spins
    /// takes no notice of it.
    func starting<Started>(_ make: () async throws -> Started) async throws -> Started {
        switch self {
        case .spinning: break
        case .sleeping: unsafe setenv("BACKPLANE_SPIN", "0", 1)
        }
        defer { unsafe unsetenv("BACKPLANE_SPIN") }
        return try await make()
    }
}
