// SPDX-License-Identifier: Apache-2.0

internal import CBackplane

/// A version of the plugin ABI.
public struct ABIVersion: Sendable, Hashable, CustomStringConvertible {
    /// Breaks everything when it changes.
    public var major: UInt16
    /// Grows with additions at the ends of structs.
    public var minor: UInt16

    /// Makes a version.
    public init(major: UInt16, minor: UInt16) {
        self.major = major
        self.minor = minor
    }

    /// What this host speaks.
    public static let current = ABIVersion(
        major: UInt16(BACKPLANE_ABI_MAJOR), minor: UInt16(BACKPLANE_ABI_MINOR))

    /// The version as "1.0".
    public var description: String { "\(major).\(minor)" }

    /// Whether a host of this version takes a plugin of `plugin`: the same major, and a minor at
    /// most one ahead, because structs only grow at their ends.
    public func accepts(_ plugin: ABIVersion) -> Bool {
        plugin.major == major && Int(plugin.minor) <= Int(minor) + 1
    }
}
