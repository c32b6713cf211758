// SPDX-License-Identifier: Apache-2.0

/// What a plugin is called, which version it is, and which methods it has.
public struct Manifest<P: Plugin>: Sendable {
    /// The plugin's name.
    public let name: String

    /// The plugin's version, for people.
    public let version: String

    /// What the plugin is for, in one sentence.
    public let summary: String?

    /// The methods, in the order of their declaration.
    public let methods: [Method<P>]

    /// Makes a manifest from the methods listed in `methods`.
    public init(
        _ name: String, version: String, summary: String? = nil,
        @ManifestBuilder<P> methods: () -> [Method<P>]
    ) {
        self.name = name
        self.version = version
        self.summary = summary
        self.methods = methods()
    }
}
