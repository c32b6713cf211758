// SPDX-License-Identifier: Apache-2.0

internal import Synchronization

/// How a channel asks the reader thread that looks after it for a turn, on a way that its worker has
/// no hand in.
final class ReaderTurn: Sendable {
    private struct Place {
        weak var thread: ReaderThread?
        var tag: UInt64 = 0
    }

    private let place = Mutex(Place())

    func belongs(to thread: ReaderThread, as tag: UInt64) {
        place.withLock { $0 = Place(thread: thread, tag: tag) }
    }

    /// Has the thread look, soon.
    func ask() {
        let (thread, tag) = place.withLock { ($0.thread, $0.tag) }
        thread?.serveSoon(tag)
    }
}
