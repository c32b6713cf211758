// SPDX-License-Identifier: Apache-2.0

import BackplanePayload
import Logging

/// Writes log records to the host's log, which knows the service, its generation and the level
/// that is wanted.
struct HostLogHandler: LogHandler {
    var logLevel: Logger.Level = .trace
    var metadata: Logger.Metadata = [:]
    var metadataProvider: Logger.MetadataProvider?

    /// The instance's host, or nothing for a logger of the image's whole.
    private let host: HostTable?

    init(host: HostTable?) { self.host = host }

    static func logger(_ label: String, host: HostTable) -> Logger {
        Logger(label: label, factory: { _ in HostLogHandler(host: host) })
    }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        // Before there is an instance there is nobody to tell.
        guard let host = host ?? ImageLogging.currentHost else { return }
        var all = metadata
        if let provided = metadataProvider?.get() {
            all.merge(provided) { _, new in new }
        }
        if let own = event.metadata {
            all.merge(own) { _, new in new }
        }
        if let error = event.error { all["error"] = "\(error)" }
        host.log(
            level: event.level.number, event.message.description, metadata: Self.encoded(all))
    }

    /// A map of strings to strings.
    private static func encoded(_ metadata: Logger.Metadata) -> [UInt8] {
        guard !metadata.isEmpty else { return [] }
        // Strings can always be encoded.
        return (try? CBOR.encode(Value.map(metadata.mapValues { .string($0.description) }))) ?? []
    }
}

extension Logger.Level {
    /// The number in the ABI.
    var number: UInt32 {
        switch self {
        case .trace: 0
        case .debug: 1
        case .info: 2
        case .notice: 3
        case .warning: 4
        case .error: 5
        case .critical: 6
        }
    }
}
