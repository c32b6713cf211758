// SPDX-License-Identifier: Apache-2.0

/// What `host.version` gives.
package struct HostVersion: Codable, Sendable, Equatable {
    package var version = HostMethods.version
    /// The version of Backplane.
    package var backplane: String
    /// The plugin ABI: `1.0`.
    package var abi: String
    package var pid: Int
}
