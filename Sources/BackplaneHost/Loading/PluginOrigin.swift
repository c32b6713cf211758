// SPDX-License-Identifier: Apache-2.0

/// Where the code of a service's next generation comes from.
enum PluginOrigin: Sendable {
    /// The file at this path.
    case file(String)
    /// The embedding program itself.
    case program(EmbeddedPlugin)
}
