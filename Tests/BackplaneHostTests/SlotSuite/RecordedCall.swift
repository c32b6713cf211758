// SPDX-License-Identifier: Apache-2.0

import BackplanePayload
import BackplaneTransport
import Synchronization

@testable import BackplaneHost

/// An audience that writes down what it hears, and answers requests with a closure.
final class RecordedCall: CallAudience {
    let running = Mutex<(any RunningCall)?>(nil)
    let messages = Mutex<[(value: Value, identifier: String)]>([])
    /// How often it was closed before its end.
    let closings = Counter()
    private let unread = Mutex(0)
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
        if consumesAtOnce { call.acknowledge(1) } else { unread.withLock { $0 += 1 } }
    }

    func received(_ question: any CallQuestion) {
        questions.withLock { $0.append(question) }
        // Doubles: what the suite's requests expect.
        guard let value = try? CBOR.decode(Int.self, from: question.payload.bytes),
            let answer = try? CBOR.encode(value * 2)
        else { return }
        question.respond(.value(Payload(answer)))
    }

    /// Consumes what has come.
    func acknowledgeAll() {
        let count = unread.withLock { unread in
            defer { unread = 0 }
            return unread
        }
        running.withLock { $0 }?.acknowledge(count)
    }

    func closed() { closings.increment() }

    func finished(with outcome: Outcome) { promise.keep(outcome) }
}
