// SPDX-License-Identifier: Apache-2.0

/// Where the code of a service runs.
public enum SlotKind: String, Sendable, Hashable, CaseIterable, CustomStringConvertible {
    /// On the caller's thread, until it suspends.
    case inProcess = "in-process"

    /// On threads of the slot's own.
    case async

    /// In worker processes.
    case forked

    /// Reads a slot's name, or one of the aliases that configuration files may use.
    public init?(name: String) {
        switch name {
        case "in-process", "in_process": self = .inProcess
        case "async", "async_io": self = .async
        case "forked", "multiprocess": self = .forked
        default: return nil
        }
    }

    /// The name in configuration, logs and metrics: `in-process`, `async` or `forked`.
    public var description: String { rawValue }

    /// How many workers a service gets that does not say.
    public var defaultWorkers: Int {
        switch self {
        case .inProcess, .forked: 1
        case .async: 4
        }
    }
}
