// SPDX-License-Identifier: Apache-2.0

/// How far a new generation is tried out, in a process that may die, before it may take over.
public enum RehearsalDepth: String, Sendable, Hashable, CaseIterable, CustomStringConvertible {
    /// An instance is made with the service's configuration, and tests itself.
    case create

    /// Only the library is opened and its description read.
    ///
    /// For plugins whose start is too heavy to happen twice.
    case open

    /// The name in configuration.
    public var description: String { rawValue }
}
