// SPDX-License-Identifier: Apache-2.0

public import Backplane
import Compute
public import Versioning

/// The sample `compute` in as many versions as one likes.
public final class VersionedCompute: Versioned {
    /// The sample's methods, and those of every version.
    public static let manifest = Manifest<VersionedCompute>("versioned-compute", version: "1.0.0") {
        Compute.manifest.methods.map { Method($0) { $0.inner } }
        versionedMethods()
    }

    /// The instance's line to its host.
    public let comm: Comm
    private let inner: Compute

    /// Makes an instance, with a sample in it.
    public init(_ comm: Comm) throws {
        self.comm = comm
        inner = try Compute(comm)
    }
}
