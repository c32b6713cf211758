// SPDX-License-Identifier: Apache-2.0

/// A key of the `host` section that changed, and whether a running host can take it over.
struct HostKeyChange: Sendable, Equatable {
    var key: String
    /// Whether it takes effect without a restart of the host.
    var isImmediate: Bool

    /// What changed in the `host` section, in the order in which keys are documented.
    static func all(
        from old: HostConfiguration, to new: HostConfiguration
    ) -> [HostKeyChange] {
        let all = [
            (HostKeyChange(key: "state", isImmediate: false), old.stateFolder != new.stateFolder),
            (
                HostKeyChange(key: "plugins", isImmediate: true),
                old.pluginFolders != new.pluginFolders
            ),
            (HostKeyChange(key: "reload", isImmediate: true), old.reload != new.reload),
            (HostKeyChange(key: "log", isImmediate: false), old.log != new.log),
            (HostKeyChange(key: "socket", isImmediate: false), old.socket != new.socket),
        ]
        return all.filter(\.1).map(\.0)
    }

    /// One line for people.
    var words: String {
        "host: \(key) (\(isImmediate ? "at once" : "needs a restart of the host"))"
    }
}
