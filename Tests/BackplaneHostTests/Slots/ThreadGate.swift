// SPDX-License-Identifier: Apache-2.0

import BackplaneTransport

/// Keeps threads inside until it is opened, and knows how many there are.
final class ThreadGate: Sendable {
    private struct State {
        var inside = 0
        var entered = 0
        var isOpen = false
    }

    private let state = Monitor(State())

    /// Stays until the gate is open.
    func pass() {
        state.withLock { state in
            state.inside += 1
            state.entered += 1
        }
        state.notify(all: true)
        _ = state.wait { $0.isOpen ? true : nil }
        state.withLock { $0.inside -= 1 }
        state.notify(all: true)
    }

    func open() {
        state.withLock { $0.isOpen = true }
        state.notify(all: true)
    }

    /// How many came so far.
    var entered: Int { state.withLock { $0.entered } }

    /// Waits until so many threads are inside.
    func holds(_ count: Int) -> Bool {
        let end = Instant.now.advanced(by: .seconds(20))
        return state.wait(until: end) { $0.inside == count ? true : nil } ?? false
    }
}

/// A number that tests wait for.
final class Tally: Sendable {
    private let state = Monitor(0)

    var value: Int { state.withLock { $0 } }

    func add() {
        state.withLock { $0 += 1 }
        state.notify(all: true)
    }

    func reaches(_ count: Int) -> Bool {
        let end = Instant.now.advanced(by: .seconds(20))
        return state.wait(until: end) { $0 >= count ? true : nil } ?? false
    }
}
