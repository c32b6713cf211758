// SPDX-License-Identifier: Apache-2.0

/// What `host.services` gives: what there is to be called.
package struct ServiceList: Codable, Sendable, Equatable {
    /// A service and its methods.
    package struct Service: Codable, Sendable, Equatable {
        package var name: String
        /// Empty as long as no generation of it has been loaded.
        package var methods: [MethodReport]
    }

    package var version = HostMethods.version
    package var services: [Service]
}
