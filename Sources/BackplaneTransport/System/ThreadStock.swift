// SPDX-License-Identifier: Apache-2.0

internal import CLinux
internal import Synchronization

/// Threads that were started ahead of what they are for.
///
/// Starting one takes little, but what it does first takes long: the first words on its stack, its part of
/// the heap. These have that behind them. `Threads.start` takes one while there are some.
final class ThreadStock: Sendable {
    private struct State {
        /// What was started, and no thread has taken yet.
        var starts: [ThreadStart] = []
        /// Threads that wait, less those starts.
        var free = 0
    }

    private let state = Monitor(State())
    /// As `State.free`, for who has no time for the lock.
    private let isFilled = Atomic(false)

    /// Gives something to a thread of the stock; false when there is none.
    func take(_ start: ThreadStart) -> Bool {
        guard isFilled.load(ordering: .relaxed) else { return false }
        let isTaken = state.withLock { state in
            guard state.free > 0 else { return false }
            state.free -= 1
            state.starts.append(start)
            isFilled.store(state.free > 0, ordering: .relaxed)
            return true
        }
        // All, because who waits for them to come waits there, too.
        if isTaken { state.notify(all: true) }
        return isTaken
    }

    /// Waits until there are so many.
    func fill(_ count: Int) {
        state.wait { $0.free >= count ? .done(()) : .wait(until: .never) }
    }

    /// Has this thread do what it is given, once.
    func serve() {
        state.withLock { state in
            state.free += 1
            isFilled.store(true, ordering: .relaxed)
        }
        state.notify(all: true)
        state.wait { $0.starts.popLast().map { .done($0) } ?? .wait(until: .never) }.run()
    }
}

/// What a thread is to do, on its way there; a final class, because a bare closure in a generic box is
/// wrapped anew at each access.
final class ThreadStart: Sendable {
    private let name: String
    private let body: @Sendable () -> Void

    init(name: String, body: @escaping @Sendable () -> Void) {
        self.name = name
        self.body = body
    }

    /// Does it on this thread.
    func run() {
        unsafe clinux_set_name(name)
        body()
    }
}
