// SPDX-License-Identifier: Apache-2.0

/// All events of a scheduler's run, in order, until it has finished.
///
/// They are kept from the moment on at which the scheduler was asked for them. A reader that is
/// slow slows the run down: at most 1024 events wait to be read.
public struct SchedulerEvents: AsyncSequence, Sendable {
    private let reading: UnreadEvents
    /// Tells the scheduler once neither the sequence nor an iterator is left.
    private let end: End

    init(_ reading: UnreadEvents) {
        self.reading = reading
        end = End(reading)
    }

    /// Starts to read.
    public func makeAsyncIterator() -> Iterator { Iterator(reading: reading, end: end) }

    /// Reads one event after the other.
    public struct Iterator: AsyncIteratorProtocol {
        let reading: UnreadEvents
        let end: End

        /// The next event, once it is there; nothing after `finished`, or when the task was cancelled.
        public mutating func next() async -> SchedulerEvent? { await reading.next() }
    }

    final class End: Sendable {
        private let reading: UnreadEvents

        init(_ reading: UnreadEvents) {
            self.reading = reading
        }

        deinit { reading.leave() }
    }
}
