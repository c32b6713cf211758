// SPDX-License-Identifier: Apache-2.0

public import Backplane
import Memory
import Synchronization
public import Versioning

/// The sample `memory` in as many versions as one likes, and a counter beside it.
public final class VersionedMemory: Versioned {
    /// The sample's methods, those of every version, and the counter's.
    public static let manifest = Manifest<VersionedMemory>("versioned-memory", version: "1.0.0") {
        Memory.manifest.methods.map { Method($0) { $0.inner } }
        versionedMethods()
        Method("increment", VersionedMemory.increment, summary: "Counts; how far it has come.")
        Method("count", VersionedMemory.count, idempotent: true, summary: "How far it has come.")
    }

    /// The instance's line to its host.
    public let comm: Comm
    private let inner: Memory
    private let counter = Mutex(0)

    /// Makes an instance, with an empty store in it.
    public init(_ comm: Comm) {
        self.comm = comm
        inner = Memory(comm)
    }

    func increment() -> Int {
        counter.withLock {
            $0 += 1
            return $0
        }
    }

    func count() -> Int { counter.withLock { $0 } }
}

extension VersionedMemory: StatefulPlugin {
    /// The store and the counter.
    public struct State: Codable, Sendable {
        let values: [String: Value]
        let count: Int
    }

    /// Gives both.
    public func save() -> State { State(values: inner.save(), count: count()) }

    /// Takes up both.
    public func restore(_ state: State) {
        inner.restore(state.values)
        counter.withLock { $0 = state.count }
    }
}
