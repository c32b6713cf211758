// SPDX-License-Identifier: Apache-2.0

/// How a service says which plugin it is an instance of.
public enum PluginReference: Sendable, Hashable, CustomStringConvertible {
    /// The plugin `lib<Name>.so`, looked up in the host's plugin folders.
    case name(String)

    /// The absolute path of a `.so`.
    case path(String)

    /// Code of the embedding program.
    case embedded(EmbeddedPlugin)

    /// The name or the path.
    public var description: String {
        switch self {
        case .name(let text), .path(let text): text
        case .embedded(let plugin): plugin.name
        }
    }

    /// The paths at which the plugin may lie, best first.
    ///
    /// - Parameter folders: Absolute paths of the plugin folders, in order.
    public func candidates(in folders: [String]) -> [String] {
        switch self {
        case .name(let name): folders.map { "\($0)/lib\(name).so" }
        case .path(let path): [path]
        case .embedded: []
        }
    }
}
