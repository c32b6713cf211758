// SPDX-License-Identifier: Apache-2.0

public import BackplaneHost
import BackplaneTransport

/// Mounts services in the program itself and calls them: plugins from `.so` files in any slot, plugin
/// types and instances of the program in the slots in-process and async.
///
/// ```swift
/// let manager = ServiceManager(slot: .async)
/// try await manager.register("greeter", as: Greeter.self)
/// let words: String = try await manager.call("greeter", "greet", "world")
/// await manager.shutdown()
/// ```
///
/// Services can be registered before the manager is started and after. The first call starts it, as
/// does ``start()``, as does ``run()``, by which it is a service among others in a `ServiceGroup`.
public final class ServiceManager: Sendable {
    /// How services are mounted and called where their registration says nothing else.
    public let defaults: ServiceSettings

    /// The host that the manager runs: to open calls and converse with them, and for a `Scheduler`.
    ///
    /// Its services are the manager's. The manager starts and ends it, so `start()` comes first.
    public let host: Host
    let life: HostLife
    let functions: ProgramFunctions
    private let options: Options

    /// Makes a manager that has not started anything yet.
    ///
    /// - Parameters:
    ///   - slot: Where services run that do not say.
    ///   - workers: The threads of an async service, or the processes of a forked one.
    ///   - timeout: The time for each attempt of a call; nil for any.
    ///   - retries: How often a call is tried again.
    public convenience init(
        slot: Slot = .async, workers: Int = 4, timeout: Duration? = .seconds(30),
        retries: Retries = Retries(), options: Options = Options()
    ) {
        self.init(
            ServiceSettings(slot: slot, workers: workers, timeout: timeout, retries: retries),
            options: options)
    }

    /// Makes a manager with these settings for services that do not say others.
    public init(_ defaults: ServiceSettings, options: Options = Options()) {
        self.defaults = defaults
        self.options = options
        let ready = ReadySignal()
        let functions = ProgramFunctions()
        let host = Host(
            options.configuration, options: options.hostOptions,
            observers: ServiceObservers(settled: { _, _ in ready.give() }), logger: options.logger)
        self.functions = functions
        self.host = host
        life = HostLife(
            host, ready: ready,
            problem: Self.declareProgram(functions, on: host, workers: defaults.workers))
    }

    deinit {
        // Nobody can call it any more.
        life.abandon()
    }

    /// Makes the program a service of its host.
    ///
    /// - Returns: Why it can't be.
    private static func declareProgram(
        _ functions: ProgramFunctions, on host: Host, workers: Int
    ) -> BackplaneError? {
        do throws(BackplaneError) {
            let plugin = try unsafe embed(
                ProgramService.self,
                makeDescriptor(of: ProgramService.self) { comm in
                    try ProgramService(functions, comm)
                })
            do throws(CallError) {
                try host.declare(
                    ServiceConfiguration(
                        name: ProgramService.name, plugin: plugin, slot: .async,
                        workers: max(1, workers)))
            } catch {
                throw BackplaneError(error)
            }
            return nil
        } catch {
            return error
        }
    }

    /// The names of all services, in the order in which they were registered.
    public var services: [String] {
        host.serviceNames.filter { $0 != ProgramService.name }
    }

    /// Looks a plugin up.
    ///
    /// - Throws: `not-found`, with the places looked at.
    func reference(_ plugin: String, for service: String) throws(BackplaneError) -> PluginReference
    {
        let reference =
            plugin.contains("/")
            ? PluginReference.path(Options.absolute(plugin)) : PluginReference.name(plugin)
        let paths = reference.candidates(in: options.plugins.map(Options.absolute))
        guard paths.contains(where: { FilePresence.exists($0) }) else {
            throw BackplaneError(
                .notFound,
                "service '\(service)': there is no plugin '\(plugin)'; looked at "
                    + paths.joined(separator: ", "))
        }
        return reference
    }

    /// Makes a plugin type of the program something to mount.
    static func embed<P: Plugin>(_ type: P.Type) throws(BackplaneError) -> PluginReference {
        try unsafe embed(type, sharedDescriptor(of: type))
    }

    /// Makes an instance of the program something to mount.
    static func embed<P: Plugin>(_ instance: P) throws(BackplaneError) -> PluginReference {
        let given = GivenInstance(instance)
        return try unsafe embed(P.self, makeDescriptor(of: P.self) { _ in try given.get() }) {
            given.release()
        }
    }

    private static func embed<P: Plugin>(
        _ type: P.Type, _ descriptor: UnsafeRawPointer?,
        release: @escaping @Sendable () -> Void = {}
    ) throws(BackplaneError) -> PluginReference {
        guard let descriptor = unsafe descriptor else {
            throw BackplaneError(.internal, "out of memory")
        }
        do throws(CallError) {
            return .embedded(
                try unsafe EmbeddedPlugin(
                    "\(type)", descriptor: descriptor, directory: ProgramPath.folder,
                    release: release))
        } catch {
            throw BackplaneError(error)
        }
    }
}
