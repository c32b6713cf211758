// SPDX-License-Identifier: Apache-2.0

internal import BackplaneTransport

/// What a service, or `defaults`, says; nil where it says nothing.
struct ServiceSettings {
    /// A service named somewhere in the file.
    struct Reference {
        /// The service.
        var service: String

        /// What is written: the service, or one of its methods.
        var text: String

        /// The service as messages may show it.
        var shown: String

        var range: SourceRange

        /// Where it is named, in the words of messages.
        var setting: String

        /// Whether it is named as something to start first, and not as something to call.
        var isDependency = false
    }

    struct Retries {
        var max: Int?
        var delay: Duration?
        var backoff: Double?
    }

    struct Restart {
        var policy: RestartConfiguration.Policy?
        var delay: Duration?
        var maximumDelay: Duration?
        var healthyAfter: Duration?
        var limit: Int?
        var within: Duration?

        /// Where `within` stands in these settings themselves.
        var withinRange: SourceRange?
    }

    struct Method {
        var timeout: TimeoutSetting?
        var retries = Retries()
    }

    var plugin: PluginReference?
    var slot: SlotKind?
    var isEnabled: Bool?
    var workers: Int?
    var standby: Int?
    var concurrency: Int?
    var queue: Int?
    var timeout: TimeoutSetting?
    var methods: [String: Method] = [:]
    var retries = Retries()
    var restart = Restart()
    var startTimeout: Duration?
    var drainTimeout: Duration?
    var killAfter: Duration?
    var probation: Duration?
    var swap: SwapStyle?
    var rehearse: RehearsalDepth?
    var maxGenerations: Int?
    var dependsOn: [Reference]?
    var mayCall: [Reference]?
    var messagesTo: Reference?
    var requestsTo: Reference?
    var configuration: ConfigurationValue?
    var environment: [String: Substitution.Result] = [:]
    var limits = WorkerLimits()
    var poolBytes: Int?
}

extension ServiceSettings {
    /// The settings, with those of `defaults` where these say nothing.
    ///
    /// Maps are filled in key by key: a service that sets `retries.max` keeps the default's delay.
    func layered(over defaults: ServiceSettings) -> ServiceSettings {
        var result = self
        result.slot = slot ?? defaults.slot
        result.isEnabled = isEnabled ?? defaults.isEnabled
        result.workers = workers ?? defaults.workers
        result.standby = standby ?? defaults.standby
        result.concurrency = concurrency ?? defaults.concurrency
        result.queue = queue ?? defaults.queue
        result.timeout = timeout ?? defaults.timeout
        result.methods = methods.merging(defaults.methods) { $0.layered(over: $1) }
        result.retries = retries.layered(over: defaults.retries)
        result.restart = restart.layered(over: defaults.restart)
        result.startTimeout = startTimeout ?? defaults.startTimeout
        result.drainTimeout = drainTimeout ?? defaults.drainTimeout
        result.killAfter = killAfter ?? defaults.killAfter
        result.probation = probation ?? defaults.probation
        result.swap = swap ?? defaults.swap
        result.rehearse = rehearse ?? defaults.rehearse
        result.maxGenerations = maxGenerations ?? defaults.maxGenerations
        result.dependsOn = dependsOn ?? defaults.dependsOn
        result.mayCall = mayCall ?? defaults.mayCall
        result.messagesTo = messagesTo ?? defaults.messagesTo
        result.requestsTo = requestsTo ?? defaults.requestsTo
        result.environment = environment.merging(defaults.environment) { own, _ in own }
        result.limits.memoryBytes = limits.memoryBytes ?? defaults.limits.memoryBytes
        result.limits.cpuSeconds = limits.cpuSeconds ?? defaults.limits.cpuSeconds
        result.limits.openFiles = limits.openFiles ?? defaults.limits.openFiles
        result.poolBytes = poolBytes ?? defaults.poolBytes
        return result
    }

    /// Every service that these settings name.
    var references: [Reference] {
        (dependsOn ?? []) + (mayCall ?? []) + [messagesTo, requestsTo].compactMap(\.self)
    }
}

extension ServiceSettings.Method {
    func layered(over other: Self) -> Self {
        Self(timeout: timeout ?? other.timeout, retries: retries.layered(over: other.retries))
    }
}

extension ServiceSettings.Retries {
    func layered(over other: Self) -> Self {
        Self(
            max: max ?? other.max, delay: delay ?? other.delay, backoff: backoff ?? other.backoff)
    }

    /// The retries, with those of the service where these say nothing.
    func completed(by base: RetryConfiguration) -> RetryConfiguration {
        RetryConfiguration(
            max: max ?? base.max, delay: delay ?? base.delay, backoff: backoff ?? base.backoff)
    }
}

extension ServiceSettings.Restart {
    func layered(over other: Self) -> Self {
        Self(
            policy: policy ?? other.policy, delay: delay ?? other.delay,
            maximumDelay: maximumDelay ?? other.maximumDelay,
            healthyAfter: healthyAfter ?? other.healthyAfter, limit: limit ?? other.limit,
            within: within ?? other.within, withinRange: withinRange)
    }

    /// The restarts, with the documented defaults where these say nothing.
    var completed: RestartConfiguration {
        let base = RestartConfiguration()
        return RestartConfiguration(
            policy: policy ?? base.policy, delay: delay ?? base.delay,
            maximumDelay: maximumDelay ?? base.maximumDelay,
            healthyAfter: healthyAfter ?? base.healthyAfter,
            limit: limit.map { count in
                within.map { RestartConfiguration.Limit(count: count, within: $0) }
                    ?? RestartConfiguration.Limit(count: count)
            })
    }
}
