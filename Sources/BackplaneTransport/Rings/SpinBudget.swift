// SPDX-License-Identifier: Apache-2.0

internal import CLinux
internal import Synchronization

/// How long a side looks again and again before it sleeps: what a wake-up costs, and less where
/// looking turns out to be in vain.
///
/// Who looks for as long as it takes to be woken (`WakeTime`) loses at most as much again.
final class SpinBudget: Sendable {
    static let least: UInt64 = 2_000
    static let most: UInt64 = 50_000
    /// Where it could not be measured.
    static let usual: UInt64 = 20_000
    /// So many looks between two at the clock.
    private static let looks = 16

    private let nanoseconds: Atomic<UInt64>

    /// Starts with what waking takes, within bounds.
    init(_ wake: UInt64 = usual) {
        nanoseconds = Atomic(min(max(wake, Self.least), Self.most))
    }

    /// What it is now, in nanoseconds.
    var current: UInt64 { nanoseconds.load(ordering: .relaxed) }

    /// The budget in nanoseconds, after a look that was worth it, or was not.
    static func next(_ budget: UInt64, wasHit: Bool) -> UInt64 {
        wasHit ? min(most, budget * 2) : max(least, budget / 2)
    }

    /// Looks until `isDone`, for as long as is worth it and `mayGoOn`.
    ///
    /// - Parameter isPatient: Whether to look for as long as ever: where a large payload is moved, what it
    ///   takes to be woken is less than what it takes to be woken twice.
    /// - Returns: Whether it is done.
    @inline(__always)
    func spin(
        isPatient: Bool = false, while mayGoOn: () -> Bool, until isDone: () -> Bool
    ) -> Bool {
        if isDone() { return true }
        guard mayGoOn() else { return false }
        let budget = isPatient ? Self.most : current
        let end = Instant.now.advanced(byNanoseconds: budget)
        while true {
            for _ in 0..<Self.looks {
                if isDone() {
                    if budget < Self.most { change(from: budget, wasHit: true) }
                    return true
                }
                clinux_pause()
            }
            // The scheduler may have brought both sides onto one processor meanwhile.
            guard Instant.now < end, mayGoOn() else { break }
        }
        if budget > Self.least, !isPatient { change(from: budget, wasHit: false) }
        return false
    }

    private func change(from budget: UInt64, wasHit: Bool) {
        // Several may spin; who comes later decides, and nothing depends on it.
        nanoseconds.store(Self.next(budget, wasHit: wasHit), ordering: .relaxed)
    }
}
