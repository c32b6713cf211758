// SPDX-License-Identifier: Apache-2.0

public import Backplane

/// One record that a plugin wrote to its host's log.
public struct LogRecord: Sendable, Hashable {
    /// How serious it is.
    public let level: Logger.Level

    /// What it says.
    public let message: String

    /// What it adds.
    public let metadata: [String: String]

    /// Makes a record to compare with.
    public init(level: Logger.Level, message: String, metadata: [String: String] = [:]) {
        self.level = level
        self.message = message
        self.metadata = metadata
    }
}
