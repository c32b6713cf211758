// SPDX-License-Identifier: Apache-2.0

internal import BackplaneTransport
internal import Synchronization

/// A request of running plugin code, waiting for its one answer.
final class Question: Sendable, Expirable {
    /// Unique within the host.
    let number: UInt64
    /// What is asked.
    let payload: Payload
    /// Who asks, such as `compute/2#1`.
    let identifier: String
    /// When the asker stops waiting.
    let deadline: Instant

    private let isAnswered = Atomic<Bool>(false)
    private let reply: @Sendable (Outcome) -> Void
    private let lateAnswers: Counter

    init(
        number: UInt64, payload: Payload, identifier: String, deadline: Instant,
        lateAnswers: Counter, reply: @escaping @Sendable (Outcome) -> Void
    ) {
        self.number = number
        self.payload = payload
        self.identifier = identifier
        self.deadline = deadline
        self.lateAnswers = lateAnswers
        self.reply = reply
    }

    var isOver: Bool { isAnswered.load(ordering: .relaxed) }
    var retainedBytes: Int { payload.count }

    /// Answers.
    ///
    /// The first answer counts; late and second ones are dropped and counted.
    func respond(_ outcome: Outcome) {
        guard !isAnswered.exchange(true, ordering: .acquiringAndReleasing) else {
            lateAnswers.increment()
            return
        }
        reply(outcome)
    }

    func expire() {
        guard !isAnswered.exchange(true, ordering: .acquiringAndReleasing) else { return }
        reply(
            .error(.deadlineExceeded, "the request of \(identifier) was not answered in time"))
    }

    /// Withdraws the question because its call has ended.
    func withdraw(_ error: CallError) {
        guard !isAnswered.exchange(true, ordering: .acquiringAndReleasing) else { return }
        reply(.error(error))
    }
}
