// SPDX-License-Identifier: Apache-2.0

public import Backplane
import Tokenizer
public import Versioning

/// The sample `tokenizer` in as many versions as one likes.
public final class VersionedTokenizer: Versioned {
    /// The sample's methods, and those of every version.
    public static let manifest = Manifest<VersionedTokenizer>(
        "versioned-tokenizer", version: "1.0.0"
    ) {
        Tokenizer.manifest.methods.map { Method($0) { $0.inner } }
        versionedMethods()
    }

    /// The instance's line to its host.
    public let comm: Comm
    private let inner: Tokenizer

    /// Makes an instance, with a sample in it.
    public init(_ comm: Comm) throws {
        self.comm = comm
        inner = try Tokenizer(comm)
    }
}
