// SPDX-License-Identifier: Apache-2.0

/// What `host.health` gives.
package struct HostHealth: Codable, Sendable, Equatable {
    /// One service.
    package struct Service: Codable, Sendable, Equatable {
        package var name: String
        /// The worst of its instances, `unhealthy` without any: `healthy`, `degraded`, `unhealthy`.
        package var health: String
        /// Why it does not run, or what the first of its instances says that is not healthy.
        package var reason: String?
        package var instances: [Instance]
    }

    /// One instance.
    package struct Instance: Codable, Sendable, Equatable {
        /// `compute/2#1`.
        package var identifier: String
        package var health: String
        package var reason: String?
    }

    package var version = HostMethods.version
    /// In the order of the call, or of the configuration.
    package var services: [Service]
}
