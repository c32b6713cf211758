// SPDX-License-Identifier: Apache-2.0

package import BackplaneImage

/// Which versions of its state a plugin gives and takes; ranges include both of their ends.
package struct StateVersionsReport: Codable, Sendable, Equatable {
    /// What it saves.
    package var version: Int
    package var readsFrom: Int
    package var readsTo: Int
    package var writesFrom: Int
    package var writesTo: Int

    package enum CodingKeys: String, CodingKey {
        case version
        case readsFrom = "reads_from"
        case readsTo = "reads_to"
        case writesFrom = "writes_from"
        case writesTo = "writes_to"
    }

    /// Tells what a descriptor says.
    package init(_ versions: StateVersions) {
        version = versions.version
        readsFrom = versions.reads.lowerBound
        readsTo = versions.reads.upperBound
        writesFrom = versions.writes.lowerBound
        writesTo = versions.writes.upperBound
    }
}
