// SPDX-License-Identifier: Apache-2.0

/// What has to happen for a changed key of a service to take effect; the later ones include the earlier.
enum ChangeNeed: String, Sendable, Comparable, CaseIterable {
    /// Nothing: it takes effect at once.
    case nothing
    /// Workers are started or stopped; those that stay go on as they are.
    case workers
    /// Another generation, although the plugin's bytes are the same.
    case generation

    /// The words of plans.
    var words: String {
        switch self {
        case .nothing: "at once"
        case .workers: "more or fewer workers"
        case .generation: "new generation"
        }
    }

    private var rank: Int {
        switch self {
        case .nothing: 0
        case .workers: 1
        case .generation: 2
        }
    }

    static func < (left: ChangeNeed, right: ChangeNeed) -> Bool { left.rank < right.rank }
}
