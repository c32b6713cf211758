// SPDX-License-Identifier: Apache-2.0

public import BackplaneTransport

/// Everything that a configuration file says about one service, defaults filled in.
public struct ServiceConfiguration: Sendable, Hashable {
    /// The service's name; matches `[a-z][a-z0-9_-]*`.
    public var name: String

    /// Which plugin the service is an instance of.
    public var plugin: PluginReference

    /// Where the service's code runs.
    public var slot: SlotKind

    /// Whether the service is started with the host.
    public var isEnabled: Bool

    /// The threads of an async slot or the processes of a forked one; in-process it means nothing.
    public var workers: Int

    /// The processes of a forked slot that are made ahead, to take the place of one that dies.
    ///
    /// Their instances are made and not started: they hold nothing exclusive until they take over.
    public var standby: Int

    /// The calls that run at once in each instance.
    ///
    /// Nil means any number in-process and async, and one synchronous call per forked worker.
    public var concurrency: Int?

    /// The calls that may wait; one more is `overloaded`.
    public var queue: Int

    /// The default deadline of a call; nil for none.
    public var timeout: Duration?

    /// The methods that differ from the service, by name.
    public var methods: [String: MethodConfiguration]

    /// How often a call is tried again.
    public var retries: RetryConfiguration

    /// When the service is started again.
    public var restart: RestartConfiguration

    /// How long a generation may take to be ready.
    public var startTimeout: Duration

    /// How long running calls may take when a generation is retired.
    public var drainTimeout: Duration

    /// How far a call of a forked worker may run over its deadline before the worker is killed.
    public var killAfter: Duration

    /// How long a new generation is watched before the last one is forgotten.
    public var probation: Duration

    /// How a new generation takes the place of the last one.
    public var swap: SwapStyle

    /// How far a new generation is tried out in a process of its own first.
    public var rehearse: RehearsalDepth

    /// The generations that stay mapped before the host warns of it; at least 1.
    ///
    /// It counts those of an in-process or async service: a forked one has no such cost.
    public var maxGenerations: Int

    /// The services that are started before this one and stopped after it.
    public var dependsOn: [String]

    /// The services that this one may call; nil for all but `host`.
    public var mayCall: [String]?

    /// The `service.method` that gets each message which no caller takes.
    public var messagesTo: String?

    /// The `service.method` that answers each request which no caller takes.
    public var requestsTo: String?

    /// What the plugin is handed as its configuration.
    public var configuration: ConfigurationValue

    /// The variables that a forked worker gets besides those it inherits.
    public var environment: [String: String]

    /// The names in `environment` whose values must not be shown.
    public var secretVariables: Set<String>

    /// What each forked worker may use.
    public var limits: WorkerLimits

    /// The bytes that large payloads may take in each direction of a forked worker's connection.
    ///
    /// From 1 MiB to 64 GiB. Memory is taken for what is used of it only, and kept while the worker
    /// lives.
    public var poolBytes: Int

    /// Makes the configuration of a service; the defaults are those of a configuration file.
    public init(
        name: String, plugin: PluginReference, slot: SlotKind = .async, isEnabled: Bool = true,
        workers: Int? = nil, standby: Int = 0, concurrency: Int? = nil, queue: Int = 1024,
        timeout: Duration? = .seconds(30), methods: [String: MethodConfiguration] = [:],
        retries: RetryConfiguration = RetryConfiguration(),
        restart: RestartConfiguration = RestartConfiguration(),
        startTimeout: Duration = .seconds(90), drainTimeout: Duration = .seconds(10),
        killAfter: Duration = .seconds(1), probation: Duration = .seconds(5),
        swap: SwapStyle = .overlap, rehearse: RehearsalDepth = .create, maxGenerations: Int = 100,
        dependsOn: [String] = [], mayCall: [String]? = nil, messagesTo: String? = nil,
        requestsTo: String? = nil, configuration: ConfigurationValue = .null,
        environment: [String: String] = [:], secretVariables: Set<String> = [],
        limits: WorkerLimits = WorkerLimits(), poolBytes: Int = PoolSize.standard
    ) {
        self.name = name
        self.plugin = plugin
        self.slot = slot
        self.isEnabled = isEnabled
        self.workers = workers ?? slot.defaultWorkers
        self.standby = standby
        self.concurrency = concurrency
        self.queue = queue
        self.timeout = timeout
        self.methods = methods
        self.retries = retries
        self.restart = restart
        self.startTimeout = startTimeout
        self.drainTimeout = drainTimeout
        self.killAfter = killAfter
        self.probation = probation
        self.swap = swap
        self.rehearse = rehearse
        self.maxGenerations = maxGenerations
        self.dependsOn = dependsOn
        self.mayCall = mayCall
        self.messagesTo = messagesTo
        self.requestsTo = requestsTo
        self.configuration = configuration
        self.environment = environment
        self.secretVariables = secretVariables
        self.limits = limits
        self.poolBytes = poolBytes
    }
}

extension ServiceConfiguration {
    /// The settings of one method: its own, or those of the service.
    public func settings(of method: String) -> MethodConfiguration {
        methods[method] ?? MethodConfiguration(timeout: timeout, retries: retries)
    }

    /// The environment with secret values masked, for showing.
    public var maskedEnvironment: [String: String] {
        var shown = environment
        for name in secretVariables where shown[name] != nil { shown[name] = Secret.mask }
        return shown
    }
}
