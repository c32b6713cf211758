// SPDX-License-Identifier: Apache-2.0

public import Backplane
import Pipeline
public import Versioning

/// The sample `pipeline` in as many versions as one likes.
public final class VersionedPipeline: Versioned {
    /// The sample's methods, and those of every version.
    public static let manifest = Manifest<VersionedPipeline>("versioned-pipeline", version: "1.0.0")
    {
        Pipeline.manifest.methods.map { Method($0) { $0.inner } }
        versionedMethods()
    }

    /// The instance's line to its host.
    public let comm: Comm
    private let inner: Pipeline

    /// Makes an instance, with a sample in it.
    public init(_ comm: Comm) throws {
        self.comm = comm
        inner = try Pipeline(comm)
    }
}
