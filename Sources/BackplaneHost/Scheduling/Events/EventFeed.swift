// SPDX-License-Identifier: Apache-2.0

internal import Synchronization

/// Hands every event of a scheduler to whoever reads them as a sequence.
final class EventFeed: Sendable {
    private struct Place {
        weak var reading: UnreadEvents?
    }

    private let places = Mutex<[Place]>([])

    /// Starts to keep events for a reader.
    func subscribe() -> UnreadEvents {
        let reading = UnreadEvents()
        places.withLock { $0.append(Place(reading: reading)) }
        return reading
    }

    /// Hands an event to each reader, and waits for those that are behind.
    func post(_ event: SchedulerEvent) async {
        for reading in current() { await reading.add(event) }
    }

    private func current() -> [UnreadEvents] {
        places.withLock { places in
            guard !places.isEmpty else { return [] }
            places.removeAll { $0.reading == nil }
            return places.compactMap(\.reading)
        }
    }
}
