// SPDX-License-Identifier: Apache-2.0

package import BackplaneImage

/// A plugin as its file and its descriptor tell of it.
package struct PluginReport: Codable, Sendable, Equatable {
    package var name: String
    package var version: String
    package var summary: String?
    package var compiler: String
    package var target: String
    /// `1.0`.
    package var abi: String
    /// Whether its state survives a reload.
    package var hasState: Bool
    /// The versions of that state, if it tells them.
    package var stateVersions: StateVersionsReport?
    package var methods: [MethodReport]

    package enum CodingKeys: String, CodingKey {
        case name, version, summary, compiler, target, abi, methods
        case hasState = "state"
        case stateVersions = "state_versions"
    }

    /// Tells what a descriptor says.
    package init(_ plugin: PluginDescription) {
        name = plugin.name
        version = plugin.version
        summary = plugin.summary.isEmpty ? nil : plugin.summary
        compiler = plugin.compiler
        target = plugin.target
        abi = plugin.abi.description
        hasState = plugin.hasState
        stateVersions = plugin.state.map { StateVersionsReport($0) }
        methods = plugin.methods.map { MethodReport($0) }
    }
}
