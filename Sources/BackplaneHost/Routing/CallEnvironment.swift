// SPDX-License-Identifier: Apache-2.0

internal import Synchronization

/// What all calls of one host share.
final class CallEnvironment: Sendable {
    /// The largest payload that crosses, in bytes; a larger one ends its call with `too-large`.
    let payloadLimit: Int
    let deadlines = DeadlineQueue()
    /// Answers and completions that came when nobody waited any more.
    let lateReplies = Counter()
    /// Messages that nobody takes.
    let droppedMessages = Counter()

    /// For calls of instances whose host has ended: nothing of it is watched or kept.
    static let closed: CallEnvironment = {
        let environment = CallEnvironment()
        environment.deadlines.close()
        return environment
    }()

    init(payloadLimit: Int = 1 << 30) {
        self.payloadLimit = payloadLimit
    }

    private let numbers = Atomic<UInt64>(1)

    /// A number no call or request of this host had before.
    func nextNumber() -> UInt64 {
        numbers.wrappingAdd(1, ordering: .relaxed).oldValue
    }

    /// Whether a number was given out.
    func hasIssued(_ number: UInt64) -> Bool {
        number > 0 && number < numbers.load(ordering: .relaxed)
    }
}
