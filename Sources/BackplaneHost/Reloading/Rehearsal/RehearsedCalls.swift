// SPDX-License-Identifier: Apache-2.0

internal import Synchronization

/// Refuses what a rehearsed instance asks for, and counts it.
///
/// A rehearsal must have no effect outside of its process, so nobody is called, asked or told
/// anything; an instance that fails after it was refused something may well do without a rehearsal.
final class RehearsedCalls: Sendable {
    private let service: String
    private let refused = Atomic<Int>(0)

    init(of service: String) {
        self.service = service
    }

    /// How many calls and requests were refused.
    var count: Int { refused.load(ordering: .relaxed) }

    /// Counts one more, and says why there is no answer.
    func refuse() -> CallError {
        refused.add(1, ordering: .relaxed)
        return .unavailable(
            service, because: "this is its rehearsal, and a rehearsal makes no calls")
    }
}
