// SPDX-License-Identifier: Apache-2.0

internal import BackplaneTransport
internal import CBackplane

/// Passes what comes of a worker's nested call back to the worker.
final class ForkedNestedCall: CallObserver {
    let takesMessages: Bool
    let takesRequests: Bool
    private let takesClosing: Bool

    /// What the worker calls it.
    private let number: UInt64
    private let worker: ForkedWorker

    init(number: UInt64, flags: UInt32, worker: ForkedWorker) {
        self.number = number
        self.worker = worker
        takesMessages = flags & UInt32(BACKPLANE_REQUEST_MESSAGES) != 0
        takesRequests = flags & UInt32(BACKPLANE_REQUEST_REQUESTS) != 0
        takesClosing = takesMessages && flags & UInt32(BACKPLANE_REQUEST_CLOSED) != 0
    }

    func received(_ message: Payload, from identifier: String, in call: Call) {
        var fields = FieldWriter()
        fields.append(identifier)
        worker.send(
            Frame(.nestedMessage, number: number, fields: fields.bytes, payload: message))
    }

    func received(_ question: Question, in call: Call) {
        guard worker.keep(question) else {
            return question.respond(.error(.unavailable, "worker \(worker.identifier) has ended"))
        }
        var fields = FieldWriter()
        fields.append(question.identifier)
        worker.send(
            Frame(
                .nestedQuestion, number: number, argument: question.number, fields: fields.bytes,
                payload: question.payload))
    }

    func closed(_ call: Call) {
        if takesClosing { worker.send(Frame(.nestedClosed, number: number)) }
    }

    func finished(_ call: Call, with outcome: Outcome) {
        worker.forget(nested: number)
        worker.send(Frame(.reply, number: number, outcome: FrameOutcome(outcome)))
    }
}
