// SPDX-License-Identifier: Apache-2.0

public import Backplane
import CBackplane
import Synchronization

/// Runs a plugin in a test, without a host around it.
///
/// Calls take the way that they take in a host: arguments and results are encoded and decoded, code
/// runs on threads that may block, deadlines and cancellation are real. What the plugin sends, logs
/// and asks is recorded and answered by the test.
///
/// ```swift
/// @Test func `greets by name`() async throws {
///     let harness = try await PluginHarness(Greeter.self, configuration: ["greeting": "hello"])
///     let greeting: String = try await harness.call("greet", "you")
///     #expect(greeting == "hello, you")
/// }
/// ```
public final class PluginHarness<P: Plugin>: Sendable {
    let host: HarnessHost

    /// Makes an instance of the plugin, as `init` does; ``start()`` is not called.
    ///
    /// - Parameters:
    ///   - plugin: The plugin's type.
    ///   - configuration: What the `config` key would hold: a dictionary, or any value that
    ///     encodes as one.
    ///   - service: The service's name.
    ///   - directory: The folder that the plugin's file is said to lie in.
    ///   - slot: The slot that it is said to run in.
    /// - Throws: What the plugin's `init` threw, as a host would see it.
    public init(
        _ plugin: P.Type = P.self, configuration: any Encodable & Sendable = [String: Value](),
        service: String = P.manifest.name, directory: String = ".", slot: Slot = .async
    ) async throws {
        host = HarnessHost(service: service)
        let payload = try Wire.encode(configuration)
        guard let descriptor = unsafe makeDescriptor(of: plugin) else {
            throw BackplaneError(.internal, "there is no memory for a descriptor")
        }
        let call = HostedCall(host: host)
        host.use(
            unsafe PluginInstance(
                descriptor, host: host, slot: slot, directory: directory, configuration: payload,
                call))
        do {
            try await call.reply.value().check()
        } catch {
            host.plugin?.destroy()
            host.use(nil)
            throw error
        }
    }

    deinit {
        // A call that never ended may still use the instance: it is left to the process then.
        guard host.state.withLock({ $0.running == 0 }) else { return }
        host.plugin?.destroy()
        host.use(nil)
    }

    /// Lets the plugin take its resources and begin its background work.
    public func start() async throws { _ = try await live { $0.start($1) } }

    /// Ends the plugin's background work and has it give its resources back.
    public func stop() async throws { _ = try await live { $0.stop($1) } }

    /// The plugin's state as a host keeps it.
    ///
    /// - Throws: `incompatible` when the plugin has none.
    public func save() async throws -> [UInt8] {
        guard host.plugin?.hasState == true else { throw stateless }
        return try await live { $0.save($1) }
    }

    /// The plugin's state in the shape of another version, as an earlier build gets it that takes over.
    ///
    /// - Throws: `incompatible` when the plugin does not write that version.
    public func save(as version: Int) async throws -> [UInt8] {
        guard let plugin = host.plugin, plugin.hasState else { throw stateless }
        guard plugin.writes(version: version) else {
            throw BackplaneError(
                .incompatible, "\(P.self) does not write version \(version) of its state")
        }
        return try await live { $0.save(as: version, $1) }
    }

    /// Has the plugin take up what ``save()`` gave, of this instance or another.
    public func restore(_ state: [UInt8]) async throws {
        guard host.plugin?.hasState == true else { throw stateless }
        _ = try await live { $0.restore(state, $1) }
    }

    /// Has the plugin take up a state made by the test, perhaps of another version.
    public func restore<State: Encodable>(_ state: State, version: Int) async throws {
        try await restore(SavedState.seal(state, version: version))
    }

    /// How the plugin says that it is.
    public func health() async throws -> Health {
        do {
            let payload = try await live { $0.checkHealth($1) }
            let reason = try Wire.decode(String?.self, from: Bytes(payload), what: "health")
            return reason.map { .degraded($0) } ?? .healthy
        } catch let error as BackplaneError where error.code == .unavailable {
            return .unhealthy(error.message)
        }
    }

    /// Has the plugin check itself.
    ///
    /// - Throws: What it found.
    public func selfTest() async throws { _ = try await live { $0.testItself($1) } }

    private var stateless: BackplaneError {
        BackplaneError(.incompatible, "\(P.self) is no StatefulPlugin")
    }

    private func live(
        _ step: @escaping @Sendable (PluginInstance, HostedCall) -> Void
    ) async throws -> [UInt8] {
        guard let plugin = host.plugin else {
            throw BackplaneError(.unavailable, "the plugin has no instance")
        }
        let call = HostedCall(host: host)
        HarnessThreads.shared.run { step(plugin, call) }
        switch await call.reply.value() {
        case .value(let payload): return [UInt8](payload)
        case .error(let error): throw error
        }
    }
}
