// SPDX-License-Identifier: Apache-2.0

package import BackplanePayload

/// What `host.inspect` gives: everything about one service.
package struct ServiceInspection: Codable, Sendable, Equatable {
    /// One load of the plugin's bytes.
    package struct Generation: Codable, Sendable, Equatable {
        package var number: Int
        /// `current`, `candidate`, `draining` or `retired`.
        package var state: String
        /// When it was loaded; RFC 3339, in UTC.
        package var since: String
        /// The hash of the plugin's bytes, in hex.
        package var build: String?
    }

    /// The death of a worker.
    package struct Exit: Codable, Sendable, Equatable {
        /// RFC 3339, in UTC.
        package var at: String
        /// `compute/2#1`.
        package var worker: String
        /// `signal 11 (SIGSEGV)`, `exit status 1`.
        package var how: String
        /// What the host did about it.
        package var decision: String
    }

    package var version = HostMethods.version
    package var status: ServiceStatus
    /// The path of the plugin's file.
    package var path: String?
    /// None as long as it has not been loaded.
    package var plugin: PluginReport?
    /// As it was handed to the plugin, secrets masked.
    package var configuration: Value
    /// The last ones, newest first.
    package var generations: [Generation]
    /// The last ones, newest first.
    package var exits: [Exit]
    /// The last lines, oldest first.
    package var log: [LogEntry]
}
