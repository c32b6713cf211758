// SPDX-License-Identifier: Apache-2.0

/// One line of the log.
package struct LogEntry: Codable, Sendable, Equatable {
    /// RFC 3339, in UTC.
    package var time: String
    /// `trace`, `debug`, `info`, `notice`, `warning`, `error` or `critical`.
    package var level: String
    /// None for a line of the host itself.
    package var service: String?
    /// Of which generation, and of which of its workers.
    package var generation: Int?
    package var worker: Int?
    package var message: String
    package var metadata: [String: String]

    package init(
        time: String, level: String, service: String? = nil, generation: Int? = nil,
        worker: Int? = nil, message: String, metadata: [String: String] = [:]
    ) {
        self.time = time
        self.level = level
        self.service = service
        self.generation = generation
        self.worker = worker
        self.message = message
        self.metadata = metadata
    }
}
