// SPDX-License-Identifier: Apache-2.0

import BackplaneEmbedding
import Synchronization

/// A plugin of this program, which it can make itself.
final class Counter: StatefulPlugin {
    static let manifest = Manifest<Counter>("counter", version: "1.0.0") {
        Method("increment", Counter.increment)
        Method("count", Counter.count, idempotent: true)
        Method("meet", Counter.meet, "others")
        Method("stall", Counter.stall, idempotent: true)
        Method("address", Counter.address, "values")
    }

    private let number = Mutex(0)
    private let inside = Atomic<Int>(0)
    private let stops = Atomic<Int>(0)

    init(_ comm: Comm) {}

    init() {}

    func increment() -> Int {
        number.withLock { number in
            number += 1
            return number
        }
    }

    func count() -> Int { number.withLock { $0 } }

    /// How often it was stopped.
    var stopCount: Int { stops.load(ordering: .relaxed) }

    /// Blocks until as many calls run at once, or for two seconds.
    ///
    /// - Returns: The most that it has seen.
    func meet(_ others: Int) -> Int {
        inside.add(1, ordering: .acquiringAndReleasing)
        defer { inside.subtract(1, ordering: .acquiringAndReleasing) }
        let end = ContinuousClock.now.advanced(by: .seconds(2))
        var most = 0
        while most < others, ContinuousClock.now < end {
            most = max(most, inside.load(ordering: .acquiring))
        }
        return most
    }

    /// Counts itself, and suspends until nobody wants its outcome.
    func stall() async throws {
        _ = increment()
        try await Task.sleep(for: .seconds(1_000_000))
    }

    func address(_ values: [Double]) -> Int { addressOf(values) }

    func stop() { stops.add(1, ordering: .relaxed) }

    func save() -> Int { count() }
    func restore(_ state: Int) { number.withLock { $0 = state } }
}

/// Where an array lies.
func addressOf(_ values: [Double]) -> Int {
    unsafe values.withUnsafeBufferPointer { Int(bitPattern: $0.baseAddress) }
}
