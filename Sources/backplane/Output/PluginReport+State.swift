// SPDX-License-Identifier: Apache-2.0

import BackplaneHost

extension PluginReport {
    /// Whether its state is kept, and in which versions.
    var stateWords: String {
        guard hasState else { return "none" }
        guard let versions = stateVersions else { return "kept over reloads" }
        let reads = Self.words(versions.readsFrom, versions.readsTo)
        let writes = Self.words(versions.writesFrom, versions.writesTo)
        return "kept over reloads: version \(versions.version), reads \(reads), writes \(writes)"
    }

    private static func words(_ from: Int, _ to: Int) -> String {
        from == to ? "\(from)" : "\(from) to \(to)"
    }
}
