// SPDX-License-Identifier: Apache-2.0

internal import CLinux
internal import Synchronization

/// The one thread of the host that sleeps on a worker's bell, and how others wake it.
@safe
final class Sleeper: Sendable {
    private enum Place {
        static let free: UInt32 = 0
        static let awake: UInt32 = 1
        static let asleep: UInt32 = 2
    }

    private let place = Atomic(Place.free)
    // SAFETY: allocated here, freed in deinit, touched atomically only.
    nonisolated(unsafe) private let nudges: UnsafeMutablePointer<UInt32>

    init() {
        unsafe nudges = .allocate(capacity: 1)
        unsafe nudges.initialize(to: 0)
    }

    deinit {
        unsafe nudges.deallocate()
    }

    /// Takes the place; false when another thread has it.
    func enter() -> Bool {
        place.compareExchange(
            expected: Place.free, desired: Place.awake, ordering: .acquiringAndReleasing
        ).exchanged
    }

    /// Gives the place up.
    func leave() {
        place.store(Place.free, ordering: .releasing)
    }

    /// Sleeps until the bell has another value than `value`, somebody nudges, or for nothing.
    ///
    /// - Parameter isDone: Asked once more when nudges count already: what is done before a nudge is
    ///   seen here.
    func sleep(on bell: UnsafeRawPointer, _ value: UInt32, unless isDone: () -> Bool) {
        let nudge = unsafe clinux_load32(nudges)
        place.store(Place.asleep, ordering: .sequentiallyConsistent)
        clinux_fence()
        if !isDone() { unsafe clinux_futex_wait_two(bell, value, nudges, nudge) }
        place.store(Place.awake, ordering: .releasing)
    }

    /// Has the thread look again at what it waits for, which came on another way.
    func nudge() {
        clinux_fence()
        guard place.load(ordering: .sequentiallyConsistent) == Place.asleep else { return }
        unsafe clinux_add32(nudges, 1)
        unsafe clinux_futex_wake(nudges, 1)
    }
}
