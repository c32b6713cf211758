// SPDX-License-Identifier: Apache-2.0

internal import Synchronization

/// A number that only grows.
///
/// Any thread.
final class Counter: Sendable {
    private let count = Atomic<UInt64>(0)

    var value: UInt64 { count.load(ordering: .relaxed) }

    func increment() {
        count.add(1, ordering: .relaxed)
    }
}
