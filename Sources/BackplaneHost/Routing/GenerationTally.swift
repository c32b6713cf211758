// SPDX-License-Identifier: Apache-2.0

internal import Synchronization

/// Counts how the calls of one generation end, for judging it beside the one before.
///
/// Any thread.
final class GenerationTally: Sendable {
    /// A closure in a class of its own, see `Threads`.
    private final class Listener: Sendable {
        let hear: @Sendable () -> Void
        init(_ hear: @escaping @Sendable () -> Void) { self.hear = hear }
    }

    /// One consistent enough reading.
    struct Reading: Sendable, Equatable {
        /// Calls that have ended.
        var ended: UInt64 = 0
        /// Those of them that ended in a way that a build may be to blame for.
        var faulty: UInt64 = 0

        /// How many of a call are faulty, from 0 to 1.
        var ratio: Double { ended == 0 ? 0 : Double(faulty) / Double(ended) }
    }

    private let ended = Atomic<UInt64>(0)
    private let faulty = Atomic<UInt64>(0)
    private let listener = Mutex<Listener?>(nil)

    var reading: Reading {
        // The faulty first: of two that change, the ratio is then rather too small than too large.
        let faulty = faulty.load(ordering: .acquiring)
        return Reading(ended: ended.load(ordering: .acquiring), faulty: faulty)
    }

    /// Counts a call that ended with a value.
    func succeeded() {
        ended.wrappingAdd(1, ordering: .relaxed)
    }

    /// Counts a call that ended.
    func ended(_ outcome: Outcome) {
        ended.wrappingAdd(1, ordering: .relaxed)
        guard let error = outcome.error, Self.isFaulty(error.code) else { return }
        faulty.add(1, ordering: .releasing)
        listener.withLock { $0 }?.hear()
    }

    /// Has `hear` called after each faulty call, on its thread, or nobody.
    func listen(_ hear: (@Sendable () -> Void)?) {
        let new = hear.map { Listener($0) }
        listener.withLock { $0 = new }
    }

    /// What callers do wrong, and what the host refuses, says nothing about a build.
    private static func isFaulty(_ code: OutcomeCode) -> Bool {
        code == .failed || code == .crashed || code == .internal
    }
}
