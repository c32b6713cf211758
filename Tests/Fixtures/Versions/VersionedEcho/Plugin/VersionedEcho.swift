// SPDX-License-Identifier: Apache-2.0

public import Backplane
import Echo
public import Versioning

/// The sample `echo` in as many versions as one likes.
public final class VersionedEcho: Versioned {
    /// The sample's methods, and those of every version.
    public static let manifest = Manifest<VersionedEcho>("versioned-echo", version: "1.0.0") {
        Echo.manifest.methods.map { Method($0) { $0.inner } }
        versionedMethods()
        Method("contend", summary: "Hands locks of the main thread to others.") {
            (_: VersionedEcho) in
            await Contention.run()
        }
    }

    /// Uses locks in the process that workers are forked from.
    public static func preload() { Contention.prepare() }

    /// The instance's line to its host.
    public let comm: Comm
    private let inner: Echo

    /// Makes an instance, with a sample in it.
    public init(_ comm: Comm) {
        self.comm = comm
        inner = Echo(comm)
    }
}
