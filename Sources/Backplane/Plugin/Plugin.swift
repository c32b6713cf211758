// SPDX-License-Identifier: Apache-2.0

/// A piece of software that a host mounts as a service: its methods, its life, its state.
///
/// Methods of one instance run concurrently, so a plugin keeps what changes in a `Mutex` or is an
/// actor. Everything but ``manifest`` and ``init(_:)`` has a default.
///
/// ```swift
/// public final class Greeter: Plugin {
///     public static let manifest = Manifest<Greeter>("greeter", version: "1.0.0") {
///         Method("greet", Greeter.greet, "name")
///     }
///     public init(_ comm: Comm) {}
///     func greet(_ name: String) -> String { "hello, \(name)" }
/// }
/// ```
public protocol Plugin: Sendable {
    /// What the plugin is called and which methods it has.
    static var manifest: Manifest<Self> { get }

    /// Makes an instance. Takes no port, lock or connection: it runs in the rehearsal too.
    ///
    /// - Parameter comm: The instance's line to its host, good for as long as the instance lives.
    init(_ comm: Comm) async throws

    /// Takes exclusive resources: ports, locks, connections. Runs just before the switch.
    func start() async throws

    /// Works in the background from start to stop; cancelled at stop.
    ///
    /// Returning is fine. Throwing says that the instance cannot go on, and the restart policy of
    /// the service decides what follows.
    func run() async throws

    /// Gives resources back. ``run()`` has ended by then, and no call is running.
    func stop() async throws

    /// Says how the instance is doing.
    func health() async throws -> Health

    /// Checks, on request, that the instance does its work. Throws what is wrong.
    func selfTest() async throws

    /// Loads what all instances of an image share, before workers are forked from it.
    ///
    /// Runs at most once in an image, before any instance is made, in a process of one thread: it
    /// starts no thread and no task. Files that it leaves open are open in the workers too; one that throws,
    /// or leaves a thread, has its workers open the plugin themselves.
    static func preload() throws
}

extension Plugin {
    /// Does nothing.
    public func start() async throws {}

    /// Does nothing.
    public func run() async throws {}

    /// Does nothing.
    public func stop() async throws {}

    /// Says that all is well.
    public func health() async throws -> Health { .healthy }

    /// Does nothing.
    public func selfTest() async throws {}

    /// Does nothing.
    public static func preload() throws {}
}
