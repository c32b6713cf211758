// SPDX-License-Identifier: Apache-2.0

import BackplaneTransport
import Testing

@testable import BackplaneHost

struct CallTests {
    private let environment = CallEnvironment()

    @Test func `the first outcome counts and the others are late`() {
        let observer = CallRecorder()
        let call = Call.test(observer, environment: environment)
        call.complete(.value(.number(1)))
        call.complete(.value(.number(2)))
        call.complete(.error(.failed, "no"))
        #expect(observer.news == [.outcome(.value(.number(1)))])
        #expect(environment.lateReplies.value == 2)
    }

    @Test func `an answer to a cancelled call is dropped, counted, and settles it`() {
        let observer = CallRecorder()
        let holder = CallHolderRecorder()
        let call = Call.test(observer, environment: environment)
        call.hold(by: holder)
        call.cancel()
        #expect(holder.counts == .init(cancelled: 1, settled: 0))
        call.complete(.value(.number(1)))
        #expect(observer.outcomes.map(\.code) == [.cancelled])
        #expect(environment.lateReplies.value == 1)
        #expect(holder.counts == .init(cancelled: 1, settled: 1))
    }

    @Test func `many that end a call at once end it once`() {
        for round in 0..<50 {
            let observer = CallRecorder()
            let holder = CallHolderRecorder()
            let call = Call.test(observer, environment: environment)
            call.hold(by: holder)
            let areDone = onThreads(4) { index in
                switch (index + round) % 4 {
                case 0: call.cancel()
                case 1: call.complete(.value(.number(1)))
                case 2: call.expire()
                default: call.refuse(CallError(.unavailable, "gone"))
                }
            }
            #expect(areDone)
            #expect(observer.outcomes.count == 1)
            #expect(holder.counts.settled == 1)
        }
    }

    @Test func `a value that comes after the deadline is no value`() {
        let observer = CallRecorder()
        let call = Call.test(observer, deadline: .distantPast, environment: environment)
        call.complete(.value(.number(1)))
        #expect(observer.outcomes.map(\.code) == [.deadlineExceeded])
    }

    @Test func `a value that is too large is an error`() {
        let observer = CallRecorder()
        let small = CallEnvironment(payloadLimit: 2)
        Call.test(observer, environment: small).complete(.value(.number(1)))
        #expect(observer.outcomes.map(\.code) == [.tooLarge])
    }

    @Test func `the deadline ends a call by itself`() {
        let observer = CallRecorder()
        let holder = CallHolderRecorder()
        let call = Call.test(
            observer, deadline: .now.advanced(by: .milliseconds(5)), environment: environment)
        call.hold(by: holder)
        call.watchDeadline()
        #expect(observer.waits { !$0.isEmpty })
        #expect(observer.outcomes.map(\.code) == [.deadlineExceeded])
        #expect(holder.waits { $0.cancelled == 1 })
    }

    @Test func `whoever holds a cancelled call that goes on hears of its deadline too`() {
        let holder = CallHolderRecorder()
        let call = Call.test(
            deadline: .now.advanced(by: .milliseconds(20)), environment: environment)
        call.hold(by: holder)
        call.watchDeadline()
        call.cancel()
        #expect(holder.waits { $0.cancelled == 2 })
    }

    @Test func `a call in a call ends with it`() {
        for isDeadline in [false, true] {
            let parent = Call.test(environment: environment)
            let observers = (0..<3).map { _ in CallRecorder() }
            let children = observers.map {
                Call.test($0, parent: parent, environment: environment)
            }
            #expect(children.allSatisfy { parent.adopt($0) })
            children[1].complete(.value(.number(1)))
            isDeadline ? parent.expire() : parent.cancel()
            let code: OutcomeCode = isDeadline ? .deadlineExceeded : .cancelled
            #expect(observers.map { $0.outcomes.map(\.code) } == [[code], [nil], [code]])
        }
    }

    @Test func `a call that has ended takes no further call in`() {
        let parent = Call.test(environment: environment)
        parent.complete(.value(.null))
        #expect(!parent.adopt(.test(parent: parent, environment: environment)))
    }

    @Test func `calls made while their parent ends are refused or end with it`() {
        for _ in 0..<100 {
            let parent = Call.test(environment: environment)
            let observers = (0..<3).map { _ in CallRecorder() }
            let areDone = onThreads(4) { [environment] index in
                guard index < 3 else { return parent.cancel() }
                let child = Call.test(
                    observers[index], parent: parent, environment: environment)
                if !parent.adopt(child) { child.refuse(parent.endedError) }
            }
            #expect(areDone)
            #expect(observers.allSatisfy { $0.outcomes.map(\.code) == [.cancelled] })
        }
    }

    @Test func `a call leaves nothing behind`() {
        weak var call: Call?
        weak var child: Call?
        do {
            let parent = Call.test(environment: environment)
            let nested = Call.test(parent: parent, environment: environment)
            #expect(parent.adopt(nested))
            _ = parent.emit(.null, from: CallSourceRecorder(), wait: .never)
            nested.complete(.value(.null))
            parent.complete(.value(.null))
            (call, child) = (parent, nested)
        }
        #expect(call == nil)
        #expect(child == nil)
    }

    @Test func `only the first reference that comes back is taken`() {
        let call = Call.test(environment: environment)
        #expect(call.markReturned())
        #expect(!call.markReturned())
    }
}
