// SPDX-License-Identifier: Apache-2.0

import BackplaneTransport
import Synchronization
import Testing

@testable import BackplaneHost

/// Requests on their way from a running call to its caller, and their answers back.
struct QuestionTests {
    private let environment = CallEnvironment()
    private let source = CallSourceRecorder()

    /// Takes answers.
    private final class Answers: Sendable {
        let state = Monitor<[Outcome]>([])

        func take(_ outcome: Outcome) {
            state.withLock { $0.append(outcome) }
            state.notify(all: true)
        }

        var all: [Outcome] { state.withLock { $0 } }

        func waits(for count: Int) -> Bool {
            let end = Instant.now.advanced(by: .seconds(20))
            return state.wait(until: end) { $0.count >= count ? true : nil } ?? false
        }
    }

    @Test func `the first answer counts, the others are late`() {
        let observer = CallRecorder()
        let call = Call.test(observer, environment: environment)
        let answers = Answers()
        call.ask(.number(1), from: source, timeout: nil) { answers.take($0) }
        #expect(observer.news == [.question(.number(1))])
        let question = observer.questions.first
        question?.respond(.value(.number(2)))
        question?.respond(.value(.number(3)))
        #expect(answers.all == [.value(.number(2))])
        #expect(environment.lateReplies.value == 1)
        call.complete(.value(.null))
        #expect(answers.all.count == 1)
    }

    @Test func `answers may come in any order, each to its own request`() {
        let observer = CallRecorder()
        let call = Call.test(observer, environment: environment)
        let answers = (0..<5).map { _ in Answers() }
        for (index, answer) in answers.enumerated() {
            call.ask(.number(index), from: source, timeout: nil) { answer.take($0) }
        }
        for question in observer.questions.reversed() {
            question.respond(.value(question.payload))
        }
        #expect(answers.map(\.all) == (0..<5).map { [.value(.number($0))] })
    }

    @Test func `a request that nobody answers ends at its deadline, and a late answer is counted`()
    {
        let observer = CallRecorder()
        let call = Call.test(observer, environment: environment)
        let answers = Answers()
        call.ask(.null, from: source, timeout: .milliseconds(5)) { answers.take($0) }
        #expect(answers.waits(for: 1))
        #expect(answers.all.map(\.code) == [.deadlineExceeded])
        observer.questions.first?.respond(.value(.null))
        #expect(environment.lateReplies.value == 1)
    }

    @Test func `a request waits no longer than its call`() {
        let deadline = Instant.now.advanced(by: .seconds(5))
        let observer = CallRecorder()
        let call = Call.test(observer, deadline: deadline, environment: environment)
        call.ask(.null, from: source, timeout: .seconds(60)) { _ in }
        call.ask(.null, from: source, timeout: nil) { _ in }
        call.ask(.null, from: source, timeout: .seconds(1)) { _ in }
        let deadlines = observer.questions.map(\.deadline)
        #expect(deadlines.count == 3)
        #expect(deadlines.prefix(2) == [deadline, deadline])
        #expect(deadlines.last.map { $0 < deadline } == true)
    }

    @Test func `requests are withdrawn when their call ends`() {
        let observer = CallRecorder()
        let call = Call.test(observer, environment: environment)
        let answers = Answers()
        for _ in 0..<200 { call.ask(.null, from: source, timeout: nil) { answers.take($0) } }
        call.cancel()
        #expect(answers.all.count == 200)
        #expect(answers.all.allSatisfy { $0.code == .cancelled })
    }

    @Test func `a request of a call that has ended is answered at once`() {
        let call = Call.test(environment: environment)
        call.complete(.value(.null))
        let answers = Answers()
        call.ask(.null, from: source, timeout: nil) { answers.take($0) }
        #expect(answers.all.map(\.code) == [.cancelled])
    }

    @Test func `requests made while their call ends are all answered`() {
        for _ in 0..<100 {
            let call = Call.test(environment: environment)
            let answers = Answers()
            let areDone = onThreads(4) { [source] index in
                if index == 0 { return call.cancel() }
                call.ask(.null, from: source, timeout: nil) { answers.take($0) }
            }
            #expect(areDone)
            #expect(answers.all.count == 3)
        }
    }

    @Test func `a request that the caller does not take is for the service's answerer`() {
        let call = Call.test(CallRecorder(requests: false), environment: environment)
        call.ask(.number(7), from: source, timeout: nil) { _ in }
        #expect(source.asked.withLock { $0.map(\.payload) } == [.number(7)])
        #expect(call.has(.delivered))
    }
}
