// SPDX-License-Identifier: Apache-2.0

/// Decides from a descriptor's canaries whether a host may go on with a plugin.
///
/// Pure, so that a table of cases proves it; `PluginImage` reads the facts.
public struct ABICheck: Sendable {
    /// What the descriptor's head says, before anything else of it is believed.
    public struct Facts: Sendable {
        /// The first member.
        public var structSize: UInt32
        /// The second member.
        public var magic: UInt32
        /// The ABI the plugin was built against.
        public var abi: ABIVersion
        /// What the plugin was built with.
        public var compiler: String
        /// The platform it was built for.
        public var target: String

        /// Makes a set of facts.
        public init(
            structSize: UInt32, magic: UInt32, abi: ABIVersion, compiler: String, target: String
        ) {
            self.structSize = structSize
            self.magic = magic
            self.abi = abi
            self.compiler = compiler
            self.target = target
        }
    }

    private let host: ABIVersion
    private let magic: UInt32
    private let minimumSize: UInt32
    private let target: String

    /// Makes a check for a host.
    ///
    /// - Parameter minimumSize: The size of the descriptor of ABI `host.major`.0, in bytes.
    public init(host: ABIVersion, magic: UInt32, minimumSize: UInt32, target: String) {
        self.host = host
        self.magic = magic
        self.minimumSize = minimumSize
        self.target = target
    }

    /// Checks the head of the descriptor of the plugin at `path`.
    ///
    /// - Throws: `.malformed` for something that is no descriptor, `.incompatible` for one of
    ///   another time or place; both name the two sides and the remedy.
    public func check(head facts: Facts, path: String) throws(ImageError) {
        guard facts.magic == magic else {
            throw ImageError(
                .malformed,
                "\(path): its backplane_plugin() returns no descriptor (the magic number is wrong); "
                    + "build it against backplane/plugin.h")
        }
        guard host.accepts(facts.abi) else {
            let remedy =
                facts.abi.major < host.major
                ? "rebuild the plugin against this host's SDK" : "update the host"
            throw ImageError(
                .incompatible,
                "\(path) was built for ABI \(facts.abi), this host speaks \(host); \(remedy)")
        }
        guard facts.structSize >= minimumSize else {
            throw ImageError(
                .malformed,
                "\(path): its descriptor says \(facts.structSize) bytes, ABI \(facts.abi) has at least "
                    + "\(minimumSize); set struct_size to sizeof(backplane_plugin_descriptor)")
        }
    }

    /// Checks the canaries that follow the head.
    ///
    /// - Throws: `.incompatible`.
    public func check(origin facts: Facts, path: String) throws(ImageError) {
        guard facts.target.isEmpty || facts.target == target else {
            throw ImageError(
                .incompatible,
                "\(path) was built for \(facts.target), this host runs on \(target); "
                    + "build it for \(target)")
        }
    }
}
