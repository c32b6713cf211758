// SPDX-License-Identifier: Apache-2.0

public import Backplane
import Synchronization

/// Values by key, kept in memory: a plugin whose state survives a reload.
///
/// Methods of one instance run concurrently. Here a mutex guards what they share; each method
/// takes it once, so each is atomic.
public final class Memory: Plugin {
    /// The plugin's name and methods.
    public static let manifest = Manifest<Memory>(
        "memory", version: "1.0.0", summary: "A key-value store that survives reloads."
    ) {
        Method("set", Memory.set, "key", "value", idempotent: true, summary: "Stores a value.")
        Method("get", Memory.get, "key", idempotent: true, summary: "The value, or null.")
        Method("delete", Memory.delete, "key", summary: "Forgets a key; whether it was there.")
        Method("keys", Memory.keys, "prefix", idempotent: true, summary: "Sorted; all without.")
        Method("append", Memory.append, "key", "value", summary: "Adds to a list; its length.")
        Method("clear", Memory.clear, idempotent: true, summary: "Forgets everything.")
    }

    private let values = Mutex<[String: Value]>([:])

    /// Makes an empty store.
    public init(_ comm: Comm) {}

    func set(_ key: String, _ value: Value) {
        values.withLock { $0[key] = value }
    }

    /// The value of `key`; null when there is none.
    func get(_ key: String) -> Value {
        values.withLock { $0[key] ?? .null }
    }

    /// Forgets `key`, and says whether it was there.
    func delete(_ key: String) -> Bool {
        values.withLock { $0.removeValue(forKey: key) != nil }
    }

    /// The keys that begin with `prefix`, or all of them, sorted.
    func keys(_ prefix: String?) -> [String] {
        let keys = values.withLock { $0.keys }
        return keys.filter { $0.utf8.starts(with: (prefix ?? "").utf8) }.sorted()
    }

    /// Adds `value` to the list at `key`, which is made when there is none, and returns how long
    /// the list is now.
    ///
    /// - Throws: When something else than a list is there.
    func append(_ key: String, _ value: Value) throws -> Int {
        try values.withLock { values in
            switch values[key] {
            case nil:
                values[key] = .array([value])
                return 1
            case .array(var list):
                // Out of the store while it grows, so that it grows in place.
                values[key] = nil
                list.append(value)
                values[key] = .array(list)
                return list.count
            case .some:
                throw BackplaneError(
                    .invalidArgument, "'\(key)' holds no list; delete it, or take another key")
            }
        }
    }

    /// Forgets everything.
    func clear() {
        values.withLock { $0 = [:] }
    }
}

extension Memory: StatefulPlugin {
    /// Gives all keys and values to the next generation.
    public func save() -> [String: Value] {
        values.withLock { $0 }
    }

    /// Takes up what the last generation had.
    public func restore(_ state: [String: Value]) {
        values.withLock { $0 = state }
    }
}
