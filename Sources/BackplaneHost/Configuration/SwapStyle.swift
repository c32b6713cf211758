// SPDX-License-Identifier: Apache-2.0

/// How a new generation of a service takes the place of the last one.
public enum SwapStyle: String, Sendable, Hashable, CaseIterable, CustomStringConvertible {
    /// The new one is started beside the old one, which goes when the new one has taken over.
    case overlap

    /// Callers are held, the old one is stopped and the new one started; on failure the old one
    /// comes back.
    ///
    /// For plugins that own what only one can have, such as a port.
    case replace

    /// The name in configuration.
    public var description: String { rawValue }
}
