// SPDX-License-Identifier: Apache-2.0

internal import BackplanePayload
internal import BackplaneTransport
internal import CBackplane
internal import Logging

/// The metadata of log records as they cross the ABI: a CBOR map of strings.
enum LogMetadata {
    /// Reads a map; what is none reads as one entry that says so.
    static func decode(_ payload: Payload) -> [String: String] {
        guard payload != .null else { return [:] }
        do {
            return try CBOR.decode([String: String].self, from: payload.bytes)
        } catch {
            return ["metadata": "unreadable: \(error.message)"]
        }
    }
}

extension Logger.Level {
    /// Reads a level of the ABI; one that is not known is `info`.
    init(backplane level: UInt32) {
        switch level {
        case UInt32(BACKPLANE_LOG_TRACE): self = .trace
        case UInt32(BACKPLANE_LOG_DEBUG): self = .debug
        case UInt32(BACKPLANE_LOG_NOTICE): self = .notice
        case UInt32(BACKPLANE_LOG_WARNING): self = .warning
        case UInt32(BACKPLANE_LOG_ERROR): self = .error
        case UInt32(BACKPLANE_LOG_CRITICAL): self = .critical
        default: self = .info
        }
    }
}
