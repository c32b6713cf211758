// SPDX-License-Identifier: Apache-2.0

import BackplaneTransport
import Testing

@testable import BackplaneHost

/// The gate of a service whose generation is being drained.
struct DrainingGateTests {
    private let environment = CallEnvironment()
    private let service = Service.test()
    private let slot = FakeSlot()

    /// A call of another service, made for `parent`.
    private func foreign(_ parent: Call?) -> Call {
        Call(
            number: environment.nextNumber(), service: "other", method: "method",
            arguments: .null, deadline: .never, submitted: .now, parent: parent,
            depth: parent.map { $0.depth + 1 } ?? 0, observer: CallRecorder(),
            environment: environment)
    }

    @Test func `what a running call waits for passes, at any depth; the rest waits`() {
        let running = Call.test(environment: environment)
        let below = foreign(foreign(running))
        service.drain(service.generation(in: slot))
        let passes = Call.test(parent: below, environment: environment)
        let waits = Call.test(parent: foreign(nil), environment: environment)
        let outermost = Call.test(environment: environment)
        for call in [passes, waits, outermost] { service.submit(call, entry: .elsewhere) }
        #expect(slot.numbers == [passes.number])
    }

    @Test func `a drain that stalls lets nested calls pass first, then the others`() {
        service.drain(service.generation(in: slot))
        let nested = Call.test(parent: foreign(nil), environment: environment)
        let outermost = Call.test(environment: environment)
        for call in [outermost, nested] { service.submit(call, entry: .elsewhere) }
        #expect(service.letPass() == 1)
        #expect(slot.numbers == [nested.number])
        #expect(service.letPass() == 1)
        #expect(slot.numbers == [nested.number, outermost.number])
        #expect(service.letPass() == 0)
    }

    @Test func `calls that find the slot sealed wait for the next generation`() async {
        let old = service.generation(in: slot)
        service.open(old)
        _ = await slot.seal(within: .zero)
        service.hold()
        let late = Call.test(environment: environment)
        service.submit(late, entry: .elsewhere)
        service.takeBack([Call.test(environment: environment)])
        #expect(slot.numbers.isEmpty)
        let next = FakeSlot()
        service.open(service.generation(2, in: next))
        #expect(next.numbers.count == 2)
    }

    @Test func `a slot that was closed for good refuses`() async {
        let observer = CallRecorder()
        service.open(service.generation(in: slot))
        _ = await slot.seal(within: .zero)
        service.submit(.test(observer, environment: environment), entry: .elsewhere)
        #expect(observer.outcomes.map(\.code) == [.unavailable])
    }

    @Test func `calls that had a place in a queue keep it`() {
        let service = Service.test(queue: 1)
        service.hold()
        let calls = (0..<5).map { _ in Call.test(environment: environment) }
        service.takeBack(calls)
        #expect(calls.allSatisfy { !$0.isOver })
        service.open(service.generation(in: slot))
        #expect(slot.numbers == calls.map(\.number))
    }

    @Test func `only the generation that is meant is held`() {
        service.open(service.generation(2, in: slot))
        service.hold(whileIn: 1)
        service.submit(.test(environment: environment), entry: .elsewhere)
        #expect(slot.numbers.count == 1)
        service.hold(whileIn: 2)
        service.submit(.test(environment: environment), entry: .elsewhere)
        #expect(slot.numbers.count == 1)
    }

    @Test func `a configuration that needs no new generation is in force at once`() {
        let start = Instant(nanoseconds: 0)
        #expect(service.deadline(of: "method", from: start) == start.advanced(by: .seconds(30)))
        var changed = service.configuration
        changed.timeout = .seconds(5)
        service.configure(changed)
        #expect(service.deadline(of: "method", from: start) == start.advanced(by: .seconds(5)))
    }

    @Test func `a generation is in charge while the gate leads to it, for all or for some`() {
        let (first, second) = (service.generation(in: slot), service.generation(2, in: FakeSlot()))
        #expect(!service.isInCharge(1))
        service.open(first)
        #expect(service.isInCharge(1))
        service.drain(first)
        #expect(service.isInCharge(1))
        service.hold()
        #expect(!service.isInCharge(1))
        service.open(second)
        #expect(!service.isInCharge(1) && service.isInCharge(2))
        service.hold(whileIn: 1)
        #expect(service.isInCharge(2))
        service.hold(whileIn: 2)
        #expect(!service.isInCharge(2))
        service.open(second)
        service.close(.unavailable("service", because: "of this test"))
        #expect(!service.isInCharge(2))
    }

    @Test func `a deadline is its method's, or else its service's, or never`() {
        let start = Instant(nanoseconds: 1_000)
        var changed = service.configuration
        changed.timeout = .nanoseconds(5)
        changed.methods = [
            "patient": MethodConfiguration(timeout: nil),
            "late": MethodConfiguration(timeout: .seconds(-1)),
            "endless": MethodConfiguration(timeout: .seconds(Int64.max)),
        ]
        service.configure(changed)
        #expect(service.deadline(of: "method", from: start) == Instant(nanoseconds: 1_005))
        #expect(service.deadline(of: "patient", from: start) == .never)
        #expect(service.deadline(of: "late", from: start) == start)
        #expect(service.deadline(of: "endless", from: start) == .never)
        changed.timeout = nil
        service.configure(changed)
        #expect(service.deadline(of: "method", from: start) == .never)
    }
}
