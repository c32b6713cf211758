// SPDX-License-Identifier: Apache-2.0

import BackplaneTransport
import Testing

@testable import BackplaneHost

/// Calls from outside, with their retries.
struct OutermostCallTests {
    /// Who hears of a call, and writes it down.
    private final class Audience: CallAudience {
        let outcomes = Monitor<[Outcome]>([])
        let messages = Counter()

        func received(_ message: Payload, from identifier: String, in call: any RunningCall) {
            messages.increment()
            call.acknowledge(1)
        }

        func received(_ question: any CallQuestion) { question.respond(.value(question.payload)) }

        func finished(with outcome: Outcome) {
            outcomes.withLock { $0.append(outcome) }
            outcomes.notify(all: true)
        }

        var codes: [OutcomeCode?] { outcomes.withLock { $0.map(\.code) } }

        func waits() -> Bool {
            let end = Instant.now.advanced(by: .seconds(20))
            return outcomes.wait(until: end) { $0.isEmpty ? nil : true } ?? false
        }
    }

    private let router = Router(payloadLimit: 1 << 20)
    private let audience = Audience()
    private let budget = RetryBudget()

    private func call(
        _ slot: FakeSlot, delay: Duration = .milliseconds(1), options: CallOptions = CallOptions()
    ) -> OutermostCall {
        let service = Service(
            ServiceConfiguration(
                name: "service", plugin: .name("Fake"),
                retries: RetryConfiguration(max: 3, delay: delay, backoff: 1)))
        service.open(service.generation(in: slot))
        router.add(service)
        return OutermostCall(
            CallRequest(target: CallTarget("service.method"), arguments: .null, entry: .inline),
            options: options, audience: audience, router: router, budget: budget)
    }

    @Test func `what did not run is tried again, so many times`() {
        let slot = FakeSlot { $0.refuse(CallError(.unavailable, "not now")) }
        call(slot).begin()
        #expect(audience.waits())
        #expect(audience.codes == [.unavailable])
        #expect(slot.numbers.count == 4)
    }

    @Test func `an attempt that succeeds is the last`() {
        let attempts = Counter()
        let slot = FakeSlot { call in
            attempts.increment()
            attempts.value < 3
                ? call.refuse(CallError(.overloaded, "full")) : call.complete(.value(.null))
        }
        call(slot).begin()
        #expect(audience.waits())
        #expect(audience.codes == [nil])
        #expect(slot.numbers.count == 3)
    }

    @Test func `what ran and failed is not tried again`() {
        let slot = FakeSlot { $0.complete(.error(.failed, "no")) }
        call(slot).begin()
        #expect(audience.codes == [.failed])
        #expect(slot.numbers.count == 1)
    }

    @Test func `nothing is tried again after a message`() {
        let source = CallSourceRecorder()
        let slot = FakeSlot { call in
            _ = call.emit(.null, from: source, wait: .never)
            call.complete(.error(.unavailable, "lost"))
        }
        call(slot, options: CallOptions(takesMessages: true)).begin()
        #expect(audience.codes == [.unavailable])
        #expect(audience.messages.value == 1)
        #expect(slot.numbers.count == 1)
    }

    @Test func `the whole takes no longer than its caller waits`() {
        let slot = FakeSlot { $0.refuse(CallError(.unavailable, "not now")) }
        call(slot, delay: .seconds(60), options: CallOptions(timeout: .seconds(1))).begin()
        #expect(audience.codes == [.unavailable])
        #expect(slot.numbers.count == 1)
    }

    @Test func `an empty budget ends the retries`() {
        while budget.withdraw() {}
        let slot = FakeSlot { $0.refuse(CallError(.unavailable, "not now")) }
        call(slot).begin()
        #expect(audience.codes == [.unavailable])
    }

    @Test func `a call that is cancelled between two attempts ends at once, and once`() {
        let slot = FakeSlot { $0.refuse(CallError(.unavailable, "not now")) }
        let call = call(slot, delay: .seconds(3600))
        call.begin()
        #expect(audience.codes.isEmpty)
        call.cancel()
        call.cancel()
        #expect(audience.codes == [.cancelled])
    }

    @Test func `a call that is cancelled while it runs ends once`() {
        for _ in 0..<100 {
            let audience = Audience()
            let slot = FakeSlot()
            let service = Service.test()
            service.open(service.generation(in: slot))
            let router = Router(payloadLimit: 1 << 20)
            router.add(service)
            let call = OutermostCall(
                CallRequest(target: CallTarget("service.method"), arguments: .null),
                options: CallOptions(), audience: audience, router: router, budget: budget)
            let areDone = onThreads(3) { index in
                switch index {
                case 0: call.begin()
                case 1: call.cancel()
                default:
                    if slot.waits(for: 1) { slot.calls.withLock { $0 }[0].complete(.value(.null)) }
                }
            }
            #expect(areDone)
            #expect(audience.waits())
            #expect(audience.codes.count == 1)
        }
    }

    @Test(arguments: [true, false])
    func `a call leaves nothing behind`(_ endsAtOnce: Bool) {
        weak var ended: OutermostCall?
        let slot = FakeSlot { if endsAtOnce { $0.complete(.value(.null)) } }
        do {
            let call = call(slot)
            call.begin()
            ended = call
            slot.calls.withLock { calls in
                calls[0].complete(.value(.null))
                calls = []
            }
        }
        #expect(audience.codes == [nil])
        #expect(ended == nil)
    }
}
