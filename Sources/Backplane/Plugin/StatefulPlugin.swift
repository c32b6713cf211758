// SPDX-License-Identifier: Apache-2.0

/// A plugin whose state survives a reload: the old generation saves it, the new one restores it.
///
/// ```swift
/// extension Counter: StatefulPlugin {
///     public func save() -> [String: Int] { counts.withLock { $0 } }
///     public func restore(_ state: [String: Int]) { counts.withLock { $0 = state } }
/// }
/// ```
///
/// When ``State`` changes its shape, raise ``stateVersion``, and say what else the build can read, and
/// what it can still write for an earlier build that takes over again:
///
/// ```swift
/// static let stateVersion = 2
/// static let readsStateVersions = 1...2
/// static let writesStateVersions = 1...2
///
/// func restore(from saved: SavedState) throws {
///     switch saved.version {
///     case 1: restore(["total": try saved.decode(as: Int.self)])  // version 1 was one number
///     default: restore(try saved.decode(as: State.self))
///     }
/// }
/// func save(as version: Int) -> any Encodable & Sendable { counts.withLock { $0["total"] ?? 0 } }
/// ```
///
/// The host looks at these numbers before it switches anything: a state that nobody can read or
/// convert is a refusal, and the running build stays.
public protocol StatefulPlugin: Plugin {
    /// What is saved.
    associatedtype State: Codable & Sendable

    /// The version of what ``save()`` gives, from 1 up; raise it when ``State`` changes its shape.
    static var stateVersion: Int { get }

    /// The versions that ``restore(from:)`` can read; a state of any other is refused.
    static var readsStateVersions: ClosedRange<Int> { get }

    /// The versions that the state can be saved as; ``stateVersion`` is one of them.
    static var writesStateVersions: ClosedRange<Int> { get }

    /// Gives the state. No call is running.
    func save() async throws -> State

    /// Gives the state in the shape of another version, for a build that reads no later one.
    ///
    /// No call is running.
    ///
    /// - Parameter version: One of ``writesStateVersions``, never ``stateVersion``.
    func save(as version: Int) async throws -> any Encodable & Sendable

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

    /// The current version only.
    public static var writesStateVersions: ClosedRange<Int> { stateVersion...stateVersion }

    /// Refuses: there is no other version.
    public func save(as version: Int) async throws -> any Encodable & Sendable {
        throw BackplaneError(
            .incompatible,
            "writesStateVersions of \(Self.self) has version \(version), which save(as:) is to give"
        )
    }

    /// Decodes the state as ``State`` and restores that.
    public func restore(from saved: SavedState) async throws {
        try await restore(saved.decode(as: State.self))
    }
}
