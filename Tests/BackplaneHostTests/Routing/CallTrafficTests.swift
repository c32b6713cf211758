// SPDX-License-Identifier: Apache-2.0

import BackplaneTransport
import Synchronization
import Testing

@testable import BackplaneHost

/// Messages on their way from a running call to its caller.
struct CallTrafficTests {
    private let environment = CallEnvironment()
    private let source = CallSourceRecorder()

    private func emit(_ number: Int, of call: Call, wait: EmitWait = .never) -> OutcomeCode? {
        call.emit(.number(number), from: source, wait: wait)?.code
    }

    @Test func `messages come in order and the outcome last`() {
        let observer = CallRecorder()
        let call = Call.test(observer, environment: environment)
        for number in 0..<100 { #expect(emit(number, of: call) == nil) }
        call.complete(.value(.null))
        #expect(
            observer.news == (0..<100).map { .message(.number($0)) } + [.outcome(.value(.null))])
    }

    @Test func `whatever is sent while a call ends comes before its outcome or not at all`() {
        for _ in 0..<200 {
            let observer = CallRecorder()
            let call = Call.test(observer, environment: environment)
            let sent = Mutex(0)
            let areDone = onThreads(3) { [source] index in
                if index == 0 { return call.complete(.value(.null)) }
                if call.emit(.number(index), from: source, wait: .never) == nil {
                    sent.withLock { $0 += 1 }
                }
                call.ask(.null, from: source, timeout: nil) { _ in }
            }
            #expect(areDone)
            #expect(
                observer.waits { $0.contains { if case .outcome = $0 { true } else { false } } })
            #expect(observer.news.last == .outcome(.value(.null)))
            #expect(observer.messages.count == sent.withLock { $0 })
            #expect(!observer.hasOverlapped)
        }
    }

    @Test func `many senders' messages never come two at once`() {
        let observer = CallRecorder { _, call in call.acknowledge(1) }
        let call = Call.test(observer, environment: environment)
        let areDone = onThreads(4) { [source] index in
            for number in 0..<300 {
                _ = call.emit(.number(index << 12 | number), from: source, wait: .block)
            }
        }
        #expect(areDone)
        call.complete(.value(.null))
        #expect(observer.waits { $0.count == 1201 })
        #expect(!observer.hasOverlapped)
        let numbers = observer.messages.map { Int($0.bytes[1]) << 8 | Int($0.bytes[2]) }
        for sender in 0..<4 {
            #expect(numbers.filter { $0 >> 12 == sender }.map { $0 & 0xfff } == Array(0..<300))
        }
    }

    @Test func `a caller that sends on to itself from its own news is no recursion`() {
        let source = source
        let observer = CallRecorder { news, call in
            guard case .message(let payload) = news, payload != .number(9) else { return }
            let next = Int(payload.bytes[2]) + 1
            _ = call.emit(.number(next), from: source, wait: .never)
        }
        let call = Call.test(observer, environment: environment)
        #expect(emit(0, of: call) == nil)
        #expect(observer.messages == (0...9).map { .number($0) })
        #expect(!observer.hasOverlapped)
    }

    @Test func `a sender without patience is turned away when there is no room`() {
        let call = Call.test(environment: environment)
        for number in 0..<CallTraffic.messageLimit { #expect(emit(number, of: call) == nil) }
        #expect(emit(0, of: call) == .overloaded)
        call.acknowledge(1)
        #expect(emit(0, of: call) == nil)
        #expect(emit(0, of: call) == .overloaded)
    }

    @Test func `one message of any size finds room, a second one does not`() {
        let call = Call.test(environment: environment)
        let large = Payload([UInt8](repeating: 0, count: CallTraffic.byteLimit + 1))
        #expect(call.emit(large, from: source, wait: .never) == nil)
        #expect(emit(1, of: call) == .overloaded)
        call.acknowledge(1)
        #expect(emit(1, of: call) == nil)
        #expect(call.emit(large, from: source, wait: .never)?.code == .overloaded)
    }

    @Test func `more acknowledgements than messages make no more room than there is`() {
        let call = Call.test(environment: environment)
        call.acknowledge(1000)
        call.acknowledge(-5)
        for number in 0..<CallTraffic.messageLimit { #expect(emit(number, of: call) == nil) }
        call.acknowledge(.max)
        for number in 0..<CallTraffic.messageLimit { #expect(emit(number, of: call) == nil) }
        #expect(emit(0, of: call) == .overloaded)
    }

    @Test func `a sender that blocks goes on when there is room`() {
        let observer = CallRecorder()
        let call = Call.test(observer, environment: environment)
        for number in 0..<CallTraffic.messageLimit { #expect(emit(number, of: call) == nil) }
        let result = Monitor<OutcomeCode??>(nil)
        let isStarted = Threads.start("sender") { [source] in
            let code = call.emit(.number(1), from: source, wait: .block)?.code
            result.withLock { $0 = .some(code) }
            result.notify(all: true)
        }
        #expect(isStarted)
        call.acknowledge(1)
        #expect(result.wait(until: .now.advanced(by: .seconds(20))) { $0 } == .some(nil))
    }

    @Test func `a sender that blocks goes on when the call ends, or its time is up`() {
        for isCancelled in [true, false] {
            let deadline: Instant =
                isCancelled ? .never : .now.advanced(by: .milliseconds(20))
            let call = Call.test(deadline: deadline, environment: environment)
            for number in 0..<CallTraffic.messageLimit { #expect(emit(number, of: call) == nil) }
            let result = Monitor<OutcomeCode??>(nil)
            let isStarted = Threads.start("sender") { [source] in
                let code = call.emit(.number(1), from: source, wait: .block)?.code
                result.withLock { $0 = .some(code) }
                result.notify(all: true)
            }
            #expect(isStarted)
            if isCancelled { call.cancel() }
            let code = result.wait(until: .now.advanced(by: .seconds(20))) { $0 }
            #expect(code == .some(.cancelled))
        }
    }

    @Test func `a sender that wants to be told is told once, of room or of the end`() {
        for isRoom in [true, false] {
            let call = Call.test(environment: environment)
            for number in 0..<CallTraffic.messageLimit { #expect(emit(number, of: call) == nil) }
            let told = Counter()
            #expect(emit(1, of: call, wait: .notify { told.increment() }) == .overloaded)
            #expect(told.value == 0)
            isRoom ? call.acknowledge(1) : call.cancel()
            #expect(told.value == 1)
            call.acknowledge(1)
            call.complete(.value(.null))
            #expect(told.value == 1)
        }
    }

    @Test func `messages that the caller does not take go on to the service's own`() {
        let observer = CallRecorder(messages: false)
        let call = Call.test(observer, environment: environment)
        for number in 0..<1000 { #expect(emit(number, of: call) == nil) }
        #expect(observer.news.isEmpty)
        #expect(source.forwarded.withLock { $0 } == (0..<1000).map { .number($0) })
    }

    @Test func `a message marks its call as one that must not be tried again`() {
        let call = Call.test(environment: environment)
        #expect(!call.has(.delivered))
        _ = emit(1, of: call)
        #expect(call.has(.delivered))
    }

    @Test func `nothing is sent once the call has ended`() {
        let observer = CallRecorder()
        let call = Call.test(observer, environment: environment)
        call.complete(.value(.null))
        #expect(emit(1, of: call) == .cancelled)
        #expect(observer.messages.isEmpty)
    }

    @Test func `a message that is too large is refused`() {
        let call = Call.test(environment: CallEnvironment(payloadLimit: 2))
        #expect(emit(1, of: call) == .tooLarge)
    }
}
