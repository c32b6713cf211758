// SPDX-License-Identifier: Apache-2.0

public import Backplane
public import Versioning

/// A plugin that is broken in the way that `Mode` says.
public final class Breakable: Versioned {
    /// What every version has.
    public static let manifest = Manifest<Breakable>("breakable", version: "1.0.0") {
        versionedMethods()
    }

    /// The instance's line to its host.
    public let comm: Comm
    private let breakage: Breakage

    /// Makes an instance, if it is not here that it breaks.
    public init(_ comm: Comm) throws {
        self.comm = comm
        breakage = try Breakage(comm)
    }

    /// Breaks, or not.
    public func selfTest() throws { try breakage.selfTest() }

    /// Breaks, or not.
    public func prepareAnswer() throws { try breakage.answer() }
}
