// SPDX-License-Identifier: Apache-2.0

internal import Logging

extension HostEvent.Kind {
    /// How severe the line of the log is.
    var level: Logger.Level {
        switch self {
        case .started, .switched, .retired, .unchanged, .waiting, .stopped, .configured: .info
        case .refused, .rolledBack, .warning: .warning
        case .died, .failed: .error
        }
    }

    /// What the line of the log says.
    fileprivate var phrase: Logger.Message {
        switch self {
        case .started: "generation started"
        case .switched: "generation switched"
        case .retired: "generation retired"
        case .refused: "reload refused"
        case .rolledBack: "generation rolled back"
        case .unchanged: "nothing to reload"
        case .died: "instance died"
        case .failed: "service failed"
        case .waiting: "service waiting"
        case .stopped: "service stopped"
        case .configured: "configuration changed"
        case .warning: "warning"
        }
    }
}

extension HostEvent {
    /// Writes the event as one line of the host's log.
    func write(to logger: Logger) {
        var metadata: Logger.Metadata = [LogKey.event: "\(kind.rawValue)"]
        if service != HostService.name { metadata[LogKey.service] = "\(service)" }
        if let generation { metadata[LogKey.generation] = "\(generation)" }
        if let cause { metadata[LogKey.cause] = "\(cause)" }
        if let hash { metadata[LogKey.build] = "\(hash)" }
        if !phases.isEmpty { metadata[LogKey.phases] = "\(HostEventEntry(self).phaseWords)" }
        if let message { metadata[LogKey.reason] = "\(message)" }
        logger.log(level: kind.level, kind.phrase, metadata: metadata, source: service)
    }
}
