// SPDX-License-Identifier: Apache-2.0

/// How the two sides of a forked slot wait for each other.
enum Waiting: String, CaseIterable {
    /// Awake for a while where the other side is on another core, as the host does by itself.
    case spinning
    /// Asleep at once.
    case sleeping

    /// Whether the host lets both sides spin.
    var spins: Bool { self == .spinning }
}
