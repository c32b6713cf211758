// SPDX-License-Identifier: Apache-2.0

import BackplaneTransport
import Testing

@testable import BackplaneHost

/// The gate that a service's callers stand at.
struct ServiceTests {
    private let environment = CallEnvironment()

    @Test func `a closed service says why`() {
        let observer = CallRecorder()
        let service = Service.test()
        service.close(.unavailable("service", because: "it was stopped"))
        service.submit(.test(observer, environment: environment), entry: .elsewhere)
        #expect(
            observer.outcomes == [
                .error(.unavailable("service", because: "it was stopped"))
            ])
    }

    @Test func `held calls go through in order, once there is a generation`() {
        let service = Service.test()
        let slot = FakeSlot()
        service.hold()
        let calls = (0..<5).map { _ in Call.test(environment: environment) }
        for call in calls { service.submit(call, entry: .elsewhere) }
        service.hold()
        #expect(slot.numbers.isEmpty)
        service.open(service.generation(in: slot))
        #expect(slot.numbers == calls.map(\.number))
    }

    @Test func `more calls than may wait are refused`() {
        let service = Service.test(queue: 2)
        service.hold()
        let observers = (0..<3).map { _ in CallRecorder() }
        for observer in observers {
            service.submit(.test(observer, environment: environment), entry: .elsewhere)
        }
        #expect(observers.map { $0.outcomes.map(\.code) } == [[], [], [.overloaded]])
    }

    @Test func `held calls end when the service is closed, or they are cancelled, or late`() {
        let service = Service.test()
        service.hold()
        let observers = (0..<3).map { _ in CallRecorder() }
        let deadline = Instant.now.advanced(by: .milliseconds(10))
        let calls = observers.enumerated().map { index, observer in
            Call.test(
                observer, deadline: index == 2 ? deadline : .never, environment: environment)
        }
        for call in calls { service.submit(call, entry: .elsewhere) }
        calls[1].cancel()
        #expect(calls[1].has(.settled))
        #expect(observers[2].waits { !$0.isEmpty })
        service.close(.unavailable("service", because: "of the test"))
        #expect(
            observers.map { $0.outcomes.map(\.code) } == [
                [.unavailable], [.cancelled], [.deadlineExceeded],
            ])
        let slot = FakeSlot()
        service.open(service.generation(in: slot))
        #expect(slot.numbers.isEmpty)
        #expect(calls.allSatisfy { $0.has(.settled) })
    }

    @Test func `whoever lets a held call through is the one who holds it`() {
        for _ in 0..<300 {
            let service = Service.test()
            service.hold()
            let holder = CallHolderRecorder()
            let slot = FakeSlot { call in
                call.hold(by: holder)
                call.complete(.value(.null))
            }
            let generation = service.generation(in: slot)
            let call = Call.test(environment: environment)
            let areDone = onThreads(2) { index in
                if index == 0 {
                    service.submit(call, entry: .elsewhere)
                } else {
                    service.open(generation)
                }
            }
            #expect(areDone)
            #expect(holder.counts.settled == 1)
        }
    }

    @Test func `an unknown method is refused with the nearest name`() {
        let observer = CallRecorder()
        let service = Service.test()
        service.open(service.generation(in: FakeSlot()))
        let call = Call(
            number: 1, service: "service", method: "methud", arguments: .null, deadline: .never,
            submitted: .now, parent: nil, depth: 0, observer: observer, environment: environment)
        service.submit(call, entry: .elsewhere)
        #expect(observer.outcomes.map(\.code) == [.notFound])
        #expect(observer.outcomes.first?.error?.message.contains("'method'") == true)
    }
}
