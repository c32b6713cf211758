// SPDX-License-Identifier: Apache-2.0

/// How far a call has come, and how often the plugin has it: one word, which each change is one operation on.
///
/// | bits | what |
/// |---|---|
/// | 0…4 | flags |
/// | 32…63 | references, a signed number: a plugin may give back more than it has |
struct CallProgress {
    let bits: UInt64

    /// It has its outcome.
    static let ended: UInt64 = 1
    /// Its outcome is no longer wanted.
    static let cancelled: UInt64 = 2
    /// Its messages and requests have ended.
    static let closed: UInt64 = 4
    /// Somebody may wait for room in its name.
    static let awaited: UInt64 = 8
    /// Its outcome is kept for now.
    static let held: UInt64 = 16
    /// One reference.
    static let reference: UInt64 = 1 << 32

    /// The plugin has one reference, and nothing has happened.
    static let begun = CallProgress(bits: reference)

    func has(_ flag: UInt64) -> Bool { bits & flag != 0 }

    /// Whether the plugin can't name it any more.
    var isSpent: Bool {
        has(Self.ended) && Int32(truncatingIfNeeded: bits >> 32) <= 0
    }

    /// With its outcome, which takes the reference that came with the call.
    var afterEnd: CallProgress { CallProgress(bits: (bits | Self.ended) &- Self.reference) }
}
