// SPDX-License-Identifier: Apache-2.0

/// What `host.reload` gives: what was to be done, and what came of it.
package struct ReloadReport: Codable, Sendable, Equatable {
    /// Something that changed in the configuration.
    package struct Change: Codable, Sendable, Equatable {
        /// A key, and what it needs to take effect.
        package struct Key: Codable, Sendable, Equatable {
            package var key: String
            /// `nothing`, `workers` or `generation`; of the host's keys `nothing` or `restart-of-host`.
            package var needs: String
        }

        /// The service, or `host`.
        package var service: String
        /// `added`, `removed`, `changed`; `rebuilt` for a plugin with other bytes, and `forced` for one with
        /// the same.
        package var change: String
        /// Empty unless keys changed.
        package var keys: [Key]
        /// The change in one line for people.
        package var text: String
    }

    /// What came of it for one service.
    package struct Service: Codable, Sendable, Equatable {
        package var name: String
        /// `switched`, `started`, `unchanged`, `configured` (it took its changes over as it is), `refused`,
        /// `failed` (it could not be started), `waiting`, `stopped` or `removed`.
        package var outcome: String
        /// The generation that was in charge.
        package var from: Int?
        /// The generation that is in charge now.
        package var to: Int?
        /// Why it is not as it should be.
        package var reason: String?
        /// In the order in which they happened.
        package var phases: [HostEventEntry.Phase]

        package init(
            name: String, outcome: String, from: Int? = nil, to: Int? = nil,
            reason: String? = nil, phases: [HostEventEntry.Phase] = []
        ) {
            self.name = name
            self.outcome = outcome
            self.from = from
            self.to = to
            self.reason = reason
            self.phases = phases
        }

        /// Whether it is not as it was asked to be.
        package var isRefused: Bool { outcome == "refused" || outcome == "failed" }
    }

    /// Something that is wrong with the configuration file.
    package struct Fault: Codable, Sendable, Equatable {
        package var file: String
        package var line: Int?
        package var column: Int?
        package var message: String
        package var help: String?
        /// All of it, with the line in question, for people.
        package var text: String
    }

    package var version = HostMethods.version
    /// Whether everything is as it was asked to be; false if anything stayed on the old generation.
    package var ok: Bool
    /// Whether this only says what would be done.
    package var isDry: Bool
    /// All that is wrong with the configuration file; nothing was changed unless it is empty.
    package var errors: [Fault]
    /// In the order in which it is dealt with.
    package var plan: [Change]
    /// Those that were looked at, in the same order.
    package var services: [Service]

    package enum CodingKeys: String, CodingKey {
        case version, ok
        case isDry = "dry_run"
        case errors, plan, services
    }
}
