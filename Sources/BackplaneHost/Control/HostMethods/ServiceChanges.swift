// SPDX-License-Identifier: Apache-2.0

/// What `host.start`, `host.stop` and `host.restart` give.
package struct ServiceChanges: Codable, Sendable, Equatable {
    /// What came of it for one service.
    package struct Change: Codable, Sendable, Equatable {
        package var name: String
        /// The state it is in now.
        package var state: String
        /// Whether anything was done.
        package var changed: Bool
        /// Why it is not as it should be.
        package var error: String?
    }

    package var version = HostMethods.version
    /// In the order of the call.
    package var services: [Change]
}
