// SPDX-License-Identifier: Apache-2.0

internal import DequeModule
internal import Synchronization

/// Lets one order at a time through, first come first served, across the suspensions of an actor.
final class OrderQueue: Sendable {
    private struct State {
        var isBusy = false
        var waiting = Deque<Promise<Void>>()
    }

    private let state = Mutex(State())

    /// Waits for its turn, runs `body`, and lets the next one through.
    func oneAtATime<Result>(_ body: () async -> Result) async -> Result {
        await takeTurn()
        let result = await body()
        endTurn()
        return result
    }

    /// Waits for its turn, which then lasts until `endTurn`.
    func takeTurn() async {
        let turn: Promise<Void>? = state.withLock { state in
            guard state.isBusy else {
                state.isBusy = true
                return nil
            }
            let turn = Promise<Void>()
            state.waiting.append(turn)
            return turn
        }
        await turn?.value
    }

    /// Lets the next one through.
    func endTurn() {
        let next = state.withLock { state -> Promise<Void>? in
            let next = state.waiting.popFirst()
            if next == nil { state.isBusy = false }
            return next
        }
        next?.keep(())
    }
}
