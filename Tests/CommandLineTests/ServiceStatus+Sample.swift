// SPDX-License-Identifier: Apache-2.0

@testable import BackplaneHost

extension ServiceStatus {
    /// A status with what a test cares about.
    static func sample(
        _ name: String, slot: String = "in-process", state: String = "running",
        generation: Int = 1, calls: UInt64 = 0, errors: UInt64 = 0, p50: Double? = nil,
        p99: Double? = nil, uptime: Double? = nil, workers: Int = 0, wanted: Int = 0,
        restarts: Int = 0, memory: UInt64? = nil, reason: String? = nil,
        mapped: (count: Int, bytes: UInt64)? = nil,
        error: (code: String, message: String)? = nil
    ) -> ServiceStatus {
        ServiceStatus(
            name: name, plugin: name, slot: slot, desired: "running", state: state, reason: reason,
            generation: state == "running" ? generation : nil, uptime: uptime, workers: workers,
            wantedWorkers: wanted, restarts: restarts, calls: calls, errors: errors, inFlight: 0,
            queued: 0, p50: p50, p99: p99, memory: memory,
            mappedGenerations: mapped?.count, mappedBytes: mapped?.bytes,
            lastError: error.map {
                LastError(code: $0.code, message: $0.message, at: "2026-01-31T23:59:59.123Z")
            })
    }
}
