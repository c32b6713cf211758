// SPDX-License-Identifier: Apache-2.0

internal import BackplaneTransport
internal import Logging

/// Looks again at the configuration file and the plugins of a host, and has its services follow.
///
/// One reload at a time; those that wait are carried out in the order in which they were asked for. A
/// file that is wrong changes nothing, and a service that refuses what it is given stays as it is.
actor Reloader {
    /// What a host says of reloading besides its configuration.
    struct Settings: Sendable {
        /// Whether files are watched; nil for what the configuration says.
        var watches: Bool?
    }

    nonisolated let resources: HostResources
    nonisolated let services: ManagedServices
    nonisolated let logger: Logger
    private let settings: Settings
    let orders = OrderQueue()

    /// Where the configuration comes from; none for a host that had no file when it started.
    private var source: ConfigurationSource?
    /// The files that the configuration depends on, as far as is known.
    private(set) var configurationFiles: Set<String> = []
    private(set) var isClosed = false
    /// Whether the file was another already when the watch began.
    private var isBehind = false

    // What `Reloader+Watching` keeps.
    var watch: FileWatch?
    var watched = WatchedFiles()
    var isConfigurationStale = false
    var isReadingAgain = false
    var stalePlugins: [String: ReloadCause] = [:]
    var lookingAgain: Set<String> = []

    init(
        _ services: ManagedServices, resources: HostResources, settings: Settings, logger: Logger
    ) {
        self.services = services
        self.resources = resources
        self.settings = settings
        self.logger = logger
    }

    /// Begins to watch, if that is wanted; before any service starts, so that no change is missed.
    func begin() async {
        let file = resources.configuration.file
        let found: ConfigurationSource.Reading? = await resources.threads.perform {
            FilePresence.exists(file) ? ConfigurationSource(file: file).read() : nil
        }
        if let found {
            source = ConfigurationSource(file: file)
            configurationFiles = found.files
            let file = try? found.result.get()
            // One with errors is different too, and tells them.
            isBehind = file != resources.configuration
        }
        await watchFiles()
    }

    /// Follows what has changed in the file between its first reading and the beginning of the watch.
    func catchUp() async {
        guard wantsWatch, isBehind else { return }
        _ = await reload(ReloadRequest(cause: .configuration))
    }

    /// Whether files are watched, as things are.
    var wantsWatch: Bool { !isClosed && (settings.watches ?? resources.configuration.reload) }

    /// Takes no more orders, and ends the watching; what is under way goes on.
    func close() {
        isClosed = true
        watch?.close()
        watch = nil
    }

    /// Waits for what is under way.
    func finish() async {
        await orders.oneAtATime {}
    }

    // MARK: Reloading

    /// Has the host follow its configuration file and its plugins.
    ///
    /// - Returns: What came of it, or why it was not even tried: a service that there is not.
    func reload(_ request: ReloadRequest) async -> Result<ReloadReport, CallError> {
        await orders.oneAtATime { await carryOut(request) }
    }

    private func carryOut(_ request: ReloadRequest) async -> Result<ReloadReport, CallError> {
        guard !isClosed else {
            return .failure(.unavailable(HostService.name, because: "it is being stopped"))
        }
        let running = resources.configuration
        switch await readAgain() {
        case .failure(let errors):
            if !request.isDry {
                resources.events.record(
                    service: HostService.name, kind: .refused, cause: request.cause.words,
                    message: errors.line)
            }
            return .success(ReloadReport(errors, isDry: request.isDry))
        case .success(let file):
            if let unknown = request.services?.first(where: {
                running.service(named: $0) == nil && file.service(named: $0) == nil
            }) {
                let names = running.services.map(\.name) + file.services.map(\.name)
                return .failure(.unknownService(unknown, among: Set(names).sorted()))
            }
            let wanted = file.scoped(request, running: running)
            let plan = ReloadPlan(from: running, to: wanted)
            if request.isDry { return .success(await rehearse(plan, wanted, request)) }
            return .success(await apply(plan, wanted.applicable(to: running), request))
        }
    }

    /// The configuration as the file has it now.
    private func readAgain() async -> Result<HostConfiguration, ConfigurationErrors> {
        guard let source else { return .success(resources.configuration) }
        let reading = await resources.threads.perform { source.read() }
        configurationFiles = reading.files
        await watchFiles()
        return reading.result
    }
}
