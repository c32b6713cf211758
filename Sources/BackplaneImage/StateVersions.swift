// SPDX-License-Identifier: Apache-2.0

/// Which versions of its state a plugin gives and takes.
///
/// Versions count from 1.
public struct StateVersions: Sendable, Hashable {
    /// What it saves unless told otherwise.
    public let version: Int
    /// What it restores.
    public let reads: ClosedRange<Int>
    /// What it saves when told to, ``version`` among them.
    public let writes: ClosedRange<Int>

    /// Takes what a plugin says; nothing when a range is none, or leaves ``version`` out.
    public init?(
        version: UInt32, readsFrom: UInt32, readsTo: UInt32, writesFrom: UInt32, writesTo: UInt32
    ) {
        guard readsFrom >= 1, readsFrom <= readsTo, writesFrom >= 1, writesFrom <= version,
            version <= writesTo
        else { return nil }
        self.version = Int(version)
        reads = Int(readsFrom)...Int(readsTo)
        writes = Int(writesFrom)...Int(writesTo)
    }

    /// The five numbers, in the order of ``init(version:readsFrom:readsTo:writesFrom:writesTo:)``.
    var numbers: [Int] {
        [version, reads.lowerBound, reads.upperBound, writes.lowerBound, writes.upperBound]
    }
}
