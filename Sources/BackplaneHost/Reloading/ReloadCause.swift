// SPDX-License-Identifier: Apache-2.0

/// Why a service gets another generation, or is looked at for one.
enum ReloadCause: Sendable, Hashable {
    /// A file changed: the plugin's, or a library's that is staged with it.
    ///
    /// From the last sign of the change it took so long until the file had settled.
    case file(String, settle: Duration? = nil)
    /// Somebody asked for it.
    case command
    /// The configuration file changed.
    case configuration
    /// The host was sent SIGHUP.
    case signal
    /// The generation before it did worse than the one before that.
    case rollback

    /// What went before the steps of the reload itself.
    var phases: [HostEvent.Phase] {
        guard case .file(_, let settle?) = self else { return [] }
        return [HostEvent.Phase(name: "settle", duration: settle)]
    }

    /// The words that events show.
    var words: String {
        switch self {
        case .file(let path, _): "\(path) changed"
        case .command: "command"
        case .configuration: "configuration changed"
        case .signal: "SIGHUP"
        case .rollback: "rollback"
        }
    }
}
