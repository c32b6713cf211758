// SPDX-License-Identifier: Apache-2.0

/// What it takes to wake a thread that sleeps, on this machine, now.
///
/// From two microseconds, where processors do not halt, to dozens, in a virtual machine: no constant is
/// right for both.
enum WakeTime {
    /// Odd, for there to be one in the middle.
    private static let rounds = 15

    /// Half of a round trip between two threads that sleep in turn, in nanoseconds; measured at the first
    /// use, which takes a millisecond.
    static let nanoseconds = measured()

    private static func measured() -> UInt64 {
        let turn = Monitor(0)
        let isStarted = Threads.start("bp-wake") {
            for round in 0..<rounds { answer(turn, from: 2 * round + 1) }
        }
        guard isStarted else { return SpinBudget.usual }
        var times: [UInt64] = []
        for round in 0..<rounds {
            let begin = Instant.now
            answer(turn, from: 2 * round)
            turn.wait { $0 == 2 * round + 2 ? .done(()) : .wait(until: .never) }
            times.append(Instant.now.nanoseconds(since: begin) / 2)
        }
        return times.sorted()[rounds / 2]
    }

    /// Waits for its turn, and gives it to the other side.
    private static func answer(_ turn: Monitor<Int>, from own: Int) {
        turn.wait { state -> Monitor<Int>.Look<Void> in
            guard state == own else { return .wait(until: .never) }
            state = own + 1
            return .done(())
        }
        turn.notify(all: true)
    }
}
