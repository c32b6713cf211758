// SPDX-License-Identifier: Apache-2.0

import BackplanePayload
import BackplaneTransport
import Synchronization

@testable import BackplaneHost

/// An audience that writes down what it hears, and answers requests with a closure.
final class RecordedCall: CallAudience {
    let running = Mutex<(any RunningCall)?>(nil)
    let messages = Mutex<[(value: Value, identifier: String)]>([])
    let questions = Mutex<[any CallQuestion]>([])
    private let promise = Promise<Outcome>()
    private let firstMessage = Promise<Void>()
    private let consumesAtOnce: Bool

    init(consumesAtOnce: Bool) {
        self.consumesAtOnce = consumesAtOnce
    }

    var outcome: Outcome {
        get async { await promise.value }
    }

    /// The messages so far, without who sent them.
    var values: [Value] { messages.withLock { $0.map { $0.value } } }

    func waitForMessage() async { await firstMessage.value }

    func cancel() { running.withLock { $0 }?.cancel() }

    func received(_ message: Payload, from identifier: String, in call: any RunningCall) {
        let value = (try? CBOR.decode(Value.self, from: message.bytes)) ?? "undecodable"
        messages.withLock { $0.append((value, identifier)) }
        firstMessage.keep(())
        if consumesAtOnce { call.acknowledge(1) }
    }

    func received(_ question: any CallQuestion) {
        questions.withLock { $0.append(question) }
        // Doubles: what the suite's requests expect.
        guard let value = try? CBOR.decode(Int.self, from: question.payload.bytes),
            let answer = try? CBOR.encode(value * 2)
        else { return }
        question.respond(.value(Payload(answer)))
    }

    func finished(with outcome: Outcome) { promise.keep(outcome) }
}
