// SPDX-License-Identifier: Apache-2.0

/// The keys of a service in a configuration file.
enum ServiceKey: String, CaseIterable {
    case plugin
    case slot
    case enabled
    case workers
    case standby
    case concurrency
    case queue
    case timeout
    case methods
    case retries
    case restart
    case startTimeout = "start-timeout"
    case drainTimeout = "drain-timeout"
    case killAfter = "kill-after"
    case probation
    case swap
    case rehearse
    case maxGenerations = "max-generations"
    case dependsOn = "depends-on"
    case mayCall = "may-call"
    case messagesTo = "messages-to"
    case requestsTo = "requests-to"
    case config
    case env
    case limits
    case pool

    /// The keys that `defaults` may have.
    static let defaults = allCases.filter { $0 != .plugin && $0 != .config }
}
