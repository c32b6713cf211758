// SPDX-License-Identifier: Apache-2.0

public import BackplaneEmbedding
import Synchronization

/// Keeps texts by name, and keeps them when it is replaced: the guide's memory service.
public final class MemoryManagerService: StatefulPlugin {
    /// The plugin's name and methods.
    public static let manifest = Manifest<MemoryManagerService>("memory", version: "1.0.0") {
        Method("set", MemoryManagerService.set, "key", "value", idempotent: true)
        Method("get", MemoryManagerService.get, "key", idempotent: true)
    }

    private let texts = Mutex<[String: String]>([:])

    /// Makes an empty memory.
    public init(_ comm: Comm) {}

    func set(_ key: String, _ value: String) {
        texts.withLock { $0[key] = value }
    }

    func get(_ key: String) -> String? {
        texts.withLock { $0[key] }
    }

    /// Gives everything to the next generation.
    public func save() -> [String: String] { texts.withLock { $0 } }

    /// Takes everything from the last generation.
    public func restore(_ state: [String: String]) { texts.withLock { $0 = state } }
}
