// SPDX-License-Identifier: Apache-2.0

internal import BackplaneImage
internal import BackplaneTransport

/// A state that a generation saved: what its plugin wrote, and what the host knows of it.
struct StateEnvelope: Sendable {
    /// One CBOR item; the host does not look inside.
    let payload: Payload
    /// The version in which it was written; `nil` when the plugin does not say.
    let version: Int?
    /// The generation that gave it.
    let generation: Int
    /// When nothing of that generation ran any more.
    let saved: Instant

    /// Whether a plugin reads it, as far as both say.
    func isReadable(by plugin: PluginDescription) -> Bool {
        guard let version, let versions = plugin.state else { return plugin.hasState }
        return versions.reads.contains(version)
    }
}
