// SPDX-License-Identifier: Apache-2.0

public import Logging

/// What the host logs, and in which form.
public struct LogConfiguration: Sendable, Hashable {
    /// The form of a log line.
    public enum Format: String, Sendable, Hashable, CaseIterable, CustomStringConvertible {
        /// Text on a terminal, JSON elsewhere.
        case auto

        /// A line that people read.
        case text

        /// A JSON object per line.
        case json

        /// The name in configuration.
        public var description: String { rawValue }
    }

    /// The least severe level that is logged.
    public var level: Logger.Level

    /// The form of a log line.
    public var format: Format

    /// Makes the settings of a host's log; the defaults are those of a configuration file.
    public init(level: Logger.Level = .info, format: Format = .auto) {
        self.level = level
        self.format = format
    }
}
