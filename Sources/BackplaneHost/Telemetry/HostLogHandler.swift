// SPDX-License-Identifier: Apache-2.0

package import Logging

/// Writes records in the form of `LogEntry`, as people or as programs read it.
package struct HostLogHandler: LogHandler {
    package var logLevel: Logger.Level
    package var metadata: Logger.Metadata = [:]
    package var metadataProvider: Logger.MetadataProvider?

    private let output: LogOutput

    package init(output: LogOutput, level: Logger.Level) {
        self.output = output
        logLevel = level
    }

    package subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    package func log(event: LogEvent) {
        var all = metadata
        if let provided = metadataProvider?.get() { all.merge(provided) { $1 } }
        if let own = event.metadata { all.merge(own) { $1 } }
        var shown = all.mapValues { "\($0)" }
        if let error = event.error, shown[LogKey.error] == nil { shown[LogKey.error] = "\(error)" }
        let service = shown.removeValue(forKey: LogKey.service)
        let generation = shown.removeValue(forKey: LogKey.generation).flatMap { Int($0) }
        let worker = shown[LogKey.worker].flatMap { Int($0) }
        if worker != nil { shown[LogKey.worker] = nil }
        output.write(
            LogEntry(
                time: Timestamp.now.text, level: event.level.rawValue, service: service,
                generation: generation, worker: worker, message: "\(event.message)",
                metadata: shown),
            level: event.level)
    }
}
