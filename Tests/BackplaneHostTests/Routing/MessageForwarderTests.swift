// SPDX-License-Identifier: Apache-2.0

import BackplaneTransport
import Testing

@testable import BackplaneHost

/// Messages that no caller takes, on their way to the service's `messages-to`.
struct MessageForwarderTests {
    private let router = Router(payloadLimit: 1 << 20)

    private func forwarder(to slot: FakeSlot) -> MessageForwarder {
        let service = Service.test()
        service.open(service.generation(in: slot))
        router.add(service)
        return MessageForwarder(identifier: "other/1#1") { "service.method" }
    }

    @Test func `messages arrive one at a time and in order`() {
        let slot = FakeSlot()
        let forwarder = forwarder(to: slot)
        let done = Counter()
        for number in 0..<100 {
            forwarder.forward(.number(number), depth: 0, by: router) { done.increment() }
        }
        for number in 0..<100 {
            let calls = slot.calls.withLock { $0 }
            #expect(calls.count == number + 1)
            #expect(
                calls.last?.arguments
                    == .arguments([.text("other/1#1"), .number(number)]))
            calls.last?.complete(.value(.null))
            #expect(done.value == number + 1)
        }
        #expect(router.environment.droppedMessages.value == 0)
    }

    @Test func `messages that fail are counted and hold nobody up`() {
        let slot = FakeSlot { $0.refuse(CallError(.unavailable, "gone")) }
        let forwarder = forwarder(to: slot)
        let done = Counter()
        for number in 0..<100 {
            forwarder.forward(.number(number), depth: 0, by: router) { done.increment() }
        }
        #expect(done.value == 100)
        #expect(router.environment.droppedMessages.value == 100)
    }

    @Test func `thousands of messages that fail at once do not nest`() {
        let slot = FakeSlot()
        let forwarder = forwarder(to: slot)
        let done = Counter()
        for number in 0..<50_000 {
            forwarder.forward(.number(number & 0xfff), depth: 0, by: router) { done.increment() }
        }
        router.remove("service")
        slot.calls.withLock { $0 }.first?.complete(.value(.null))
        #expect(done.value == 50_000)
        #expect(router.environment.droppedMessages.value == 49_999)
    }

    @Test func `without a target messages are dropped and counted`() {
        let forwarder = MessageForwarder(identifier: "other/1#1") { nil }
        let done = Counter()
        forwarder.forward(.null, depth: 0, by: router) { done.increment() }
        #expect(done.value == 1)
        #expect(router.environment.droppedMessages.value == 1)
    }

    @Test func `messages of no call wait for room`() {
        let slot = FakeSlot()
        let forwarder = forwarder(to: slot)
        // One is on its way, so many may wait.
        for number in 0...1024 {
            #expect(forwarder.emit(.number(number), by: router, wait: .never) == nil)
        }
        #expect(forwarder.emit(.null, by: router, wait: .never)?.code == .overloaded)
        let told = Counter()
        let refusal = forwarder.emit(.null, by: router, wait: .notify { told.increment() })
        #expect(refusal?.code == .overloaded)
        let result = Monitor<OutcomeCode??>(nil)
        let isStarted = Threads.start("sender") { [router] in
            let code = forwarder.emit(.null, by: router, wait: .block)?.code
            result.withLock { $0 = .some(code) }
            result.notify(all: true)
        }
        #expect(isStarted)
        slot.calls.withLock { $0 }.last?.complete(.value(.null))
        #expect(told.value == 1)
        #expect(result.wait(until: .now.advanced(by: .seconds(20))) { $0 } == .some(nil))
    }
}
