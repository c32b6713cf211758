// SPDX-License-Identifier: Apache-2.0

/// What a plugin says of itself: its descriptor, copied out of the image.
public struct PluginDescription: Sendable, Hashable {
    /// The plugin's own name; a service may be called otherwise.
    public var name: String
    /// The plugin's version, free text.
    public var version: String
    /// One sentence, or nothing.
    public var summary: String
    /// What it was built with: "swift 6.3", "gcc 12.2".
    public var compiler: String
    /// The platform it was built for.
    public var target: String
    /// The ABI it was built against.
    public var abi: ABIVersion
    /// Whether it saves and restores state.
    public var hasState: Bool
    /// The versions of its state; `nil` when it says none, and its restore decides.
    public var state: StateVersions?
    /// Its methods; a call names one by its index here.
    public var methods: [MethodDescription]

    /// Makes a description.
    public init(
        name: String, version: String, summary: String = "", compiler: String = "",
        target: String = "", abi: ABIVersion = .current, hasState: Bool = false,
        state: StateVersions? = nil, methods: [MethodDescription] = []
    ) {
        self.name = name
        self.version = version
        self.summary = summary
        self.compiler = compiler
        self.target = target
        self.abi = abi
        self.hasState = hasState
        self.state = state
        self.methods = methods
    }
}
