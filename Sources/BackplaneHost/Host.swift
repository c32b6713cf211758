// SPDX-License-Identifier: Apache-2.0

internal import BackplaneTransport
public import Logging
public import ServiceLifecycle

/// A host of plugins: mounts the services of a configuration, carries the calls between them, and
/// keeps them up.
///
/// Two hosts can live in one process if their state folders differ. Plugins stay mapped after a host
/// has ended.
public final class Host: ServiceLifecycle.Service {
    /// What a host is told besides its configuration.
    public struct Options: Sendable {
        /// The path of `backplane-worker`; without it, it is looked for in `BACKPLANE_WORKER` and
        /// beside the running executable.
        public var workerExecutable: String?
        /// The largest payload that crosses, in bytes.
        public var payloadLimit = 1 << 30
        /// Whether to serve the control socket.
        public var servesControlSocket = true
        /// Whether orphaned workers become children of this process, so that it can reap them.
        ///
        /// A setting of the whole process, for programs that are a host and nothing else.
        public var adoptsOrphans = false
        /// Whether forked workers and who calls them may look for each other's answers again and again
        /// for some microseconds before they sleep.
        ///
        /// It spares wake-ups, which cost more than most calls, and never burns more than that.
        public var spins = true
        /// Whether the configuration file and the plugins in use are watched; nil for what the
        /// configuration says.
        public var watchesFiles: Bool?
        /// Whether the configuration was read from its file: what has changed there since is followed
        /// too, if the file is watched.
        package var hasReadFile = false
        /// Whether the state folder is removed when the host ends.
        package var removesStateFolder = false

        /// Makes the default options.
        public init() {}
    }

    /// The version of Backplane.
    public static let version = "0.1.0"

    let resources: HostResources
    private let options: Options
    let logger: Logger
    let retrier: Retrier
    let services: ManagedServices
    let reloader: Reloader

    /// A service with everything that belongs to it.
    struct ManagedService: Sendable {
        let service: Service
        let supervisor: ServiceSupervisor
        let log: ServiceLog
    }

    /// Makes a host; `run` starts it.
    public init(
        _ configuration: HostConfiguration, options: Options = Options(),
        observers: ServiceObservers = ServiceObservers(), logger: Logger
    ) {
        self.options = options
        self.logger = logger
        let resources = HostResources(
            configuration: configuration, payloadLimit: options.payloadLimit,
            workers: WorkerSource(
                executable: options.workerExecutable, adoptsOrphans: options.adoptsOrphans,
                spins: options.spins, logger: logger),
            observers: observers, events: EventLog(logger: logger))
        self.resources = resources
        retrier = Retrier(router: resources.router)
        services = ManagedServices(resources, logger: logger)
        reloader = Reloader(
            services, resources: resources,
            settings: Reloader.Settings(watches: options.watchesFiles), logger: logger)
    }

    /// The services, in the order of the configuration.
    var managed: [ManagedService] { services.all }

    /// The service of that name.
    func managed(_ name: String) -> ManagedService? { services[name] }

    /// Looks again at the configuration file and at the plugins, and has the services follow.
    ///
    /// Returns when all of them have. What could not be followed stays as it was.
    ///
    /// - Returns: Whether everything is as the file says.
    @discardableResult
    public func reload() async -> Bool { await reload(.command) }

    /// Does the same because the process was sent SIGHUP.
    package func reloadOnSignal() async { _ = await reload(.signal) }

    private func reload(_ cause: ReloadCause) async -> Bool {
        switch await reloader.reload(ReloadRequest(cause: cause)) {
        case .success(let report): report.ok
        case .failure: false
        }
    }

    /// Runs the host until it is shut down gracefully or its task is cancelled.
    ///
    /// - Throws: `HostError` when it can't start. Services that fail are no error: they are shown as
    ///   failed, and the others run.
    public func run() async throws {
        let folder = try StateFolder(resources.configuration.stateFolder)
        defer { withExtendedLifetime(folder) {} }
        try await prepare()
        let control = try openControl()
        await startServices()
        // Only now it is known which libraries were staged with plugins.
        await reloader.watchFiles()
        if options.hasReadFile {
            // The reloader owns what it does; a shutdown waits for that and not for this.
            Task(name: "catch up") { await reloader.catchUp() }
        }
        await waitForShutdown()
        // In a task of its own: that this one was cancelled must not cut its plugins' stops short.
        await Task(name: "shutdown") { await shutDown(control) }.value
    }

    private func shutDown(_ control: ControlServer?) async {
        control?.stopAccepting()
        await reloader.close()
        await stopServices()
        // A service that a reload was starting meanwhile.
        await reloader.finish()
        await stopServices()
        if let control {
            await resources.threads.perform { control.close(within: .seconds(1)) }
        }
        await resources.workers.close()
        if options.removesStateFolder { await removeStateFolder() }
        releaseServices()
        resources.router.close()
        let stage = PluginStage(folder: resources.stagedFolder)
        // Nobody goes back to a copy any more. One that stays, the next host removes.
        await resources.threads.perform { try? stage.removeAll() }
        resources.threads.close()
    }

    private func removeStateFolder() async {
        let folder = resources.configuration.stateFolder
        let removed: Result<Void, any Error> = await resources.threads.perform {
            Result { try FolderRemoval.remove(folder) }
        }
        if case .failure(let error) = removed {
            logger.warning("state folder stays", metadata: [LogKey.error: "\(error)"])
        }
    }

    private func prepare() async throws {
        let stage = PluginStage(folder: resources.stagedFolder)
        let cleaned: Result<Void, any Error> = await resources.threads.perform {
            Result { try stage.removeAll() }
        }
        if case .failure(let error) = cleaned {
            throw HostError(.stateFolder, "\(error)")
        }
        services.publish()
        resources.router.add(HostService(self))
        await reloader.begin()
    }

    private func openControl() throws -> ControlServer? {
        guard options.servesControlSocket else { return nil }
        let socket = resources.configuration.socket
        var settings = ControlServer.Settings(
            path: "\(resources.configuration.stateFolder)/host.sock", mode: socket.mode)
        if let group = socket.group {
            guard let number = GroupName.number(of: group) else {
                throw HostError(
                    .socket,
                    "there is no group '\(group)'; host.socket.group wants a name or a number")
            }
            settings.group = number
        }
        do throws(ControlError) {
            let control = try ControlServer(settings, gateway: self) { [resources] process in
                resources.workers.isWorker(process)
            }
            try control.start()
            return control
        } catch {
            throw HostError(.socket, error.message)
        }
    }

    private func startServices() async {
        let order = StartOrder.groups(resources.configuration.services)
        for group in order {
            await withTaskGroup { tasks in
                for name in group {
                    guard let managed = managed(name), managed.service.configuration.isEnabled
                    else { continue }
                    tasks.addTask { await managed.supervisor.start() }
                }
            }
        }
        let enabled = managed.filter { $0.service.configuration.isEnabled }
        let ready = enabled.filter { $0.supervisor.condition.state == .running }
        resources.observers.settled(ready: ready.count, of: enabled.count)
    }

    private func stopServices() async {
        for group in StartOrder.groups(resources.configuration.services).reversed() {
            await withTaskGroup { tasks in
                for name in group {
                    guard let managed = managed(name) else { continue }
                    tasks.addTask { await managed.supervisor.stop() }
                }
            }
        }
    }

    private func waitForShutdown() async {
        // Ends when either comes: cancellation is how a host without a service group is stopped.
        try? await gracefulShutdown()
    }
}
