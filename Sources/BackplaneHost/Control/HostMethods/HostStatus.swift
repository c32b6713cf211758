// SPDX-License-Identifier: Apache-2.0

/// What `host.status` gives.
package struct HostStatus: Codable, Sendable, Equatable {
    /// The host itself.
    package struct Host: Codable, Sendable, Equatable {
        /// The version of Backplane.
        package var backplane: String
        package var pid: Int
        package var uptime: Double
        /// The path of the configuration file.
        package var configuration: String
        /// The path of the state folder.
        package var state: String

        package enum CodingKeys: String, CodingKey {
            case backplane, pid, configuration, state
            case uptime = "uptime_seconds"
        }
    }

    package var version = HostMethods.version
    package var host: Host
    /// In the order of the configuration.
    package var services: [ServiceStatus]
}
