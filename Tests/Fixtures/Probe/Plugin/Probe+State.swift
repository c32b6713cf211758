// SPDX-License-Identifier: Apache-2.0

public import Backplane
import Synchronization

/// Its state is one counter.
extension Probe: StatefulPlugin {
    /// Gives the counter, unless told otherwise.
    public func save() async throws -> [String: Int] {
        try await settings.save?.act(in: "save")
        return ["count": count()]
    }

    /// Takes up the counter, unless told otherwise.
    public func restore(_ state: [String: Int]) async throws {
        try await settings.restore?.act(in: "restore")
        counter.withLock { $0 = state["count"] ?? 0 }
    }

    func increment() -> Int {
        counter.withLock {
            $0 += 1
            return $0
        }
    }

    func count() -> Int { counter.withLock { $0 } }
}
