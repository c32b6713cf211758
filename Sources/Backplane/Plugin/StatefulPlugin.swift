// SPDX-License-Identifier: Apache-2.0

/// A plugin whose state survives a reload: the old generation saves it, the new one restores it.
///
/// ```swift
/// extension Counter: StatefulPlugin {
///     public func save() -> [String: Int] { counts.withLock { $0 } }
///     public func restore(_ state: [String: Int]) { counts.withLock { $0 = state } }
/// }
/// ```
public protocol StatefulPlugin: Plugin {
    /// What is saved.
    associatedtype State: Codable & Sendable

    /// The version of what ``save()`` gives; raise it when ``State`` changes its shape.
    static var stateVersion: Int { get }

    /// The versions that ``restore(from:)`` can read; a state of any other is refused.
    static var readsStateVersions: ClosedRange<Int> { get }

    /// Gives the state. No call is running.
    func save() async throws -> State

    /// Takes up a state of the current version. Before ``Plugin/start()``.
    func restore(_ state: State) async throws

    /// Takes up a state of any version in ``readsStateVersions``.
    func restore(from saved: SavedState) async throws
}

extension StatefulPlugin {
    /// Version 1.
    public static var stateVersion: Int { 1 }

    /// The current version only.
    public static var readsStateVersions: ClosedRange<Int> { stateVersion...stateVersion }

    /// Decodes the state as ``State`` and restores that.
    public func restore(from saved: SavedState) async throws {
        try await restore(saved.decode(as: State.self))
    }
}
