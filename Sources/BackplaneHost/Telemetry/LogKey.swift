// SPDX-License-Identifier: Apache-2.0

/// The names of what log records carry, the same wherever they are written.
enum LogKey {
    static let service = "service"
    static let generation = "generation"
    static let plugin = "plugin"
    static let slot = "slot"
    static let error = "error"
    static let path = "path"
    static let duration = "duration"
    static let delay = "delay"
    static let worker = "worker"
    static let event = "event"
    static let cause = "cause"
    static let build = "build"
    static let phases = "phases"
    static let reason = "reason"
}
