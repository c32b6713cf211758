// SPDX-License-Identifier: Apache-2.0

import BackplaneTransport
import Synchronization
import Testing

@testable import BackplaneHost

struct DeadlineQueueTests {
    /// Something with a deadline, which tells when it ends.
    private final class Entry: Expirable {
        let deadline: Instant
        let retainedBytes: Int
        private let isEnded = Atomic(false)
        private let onEnd: @Sendable () -> Void

        init(
            _ deadline: Instant, bytes: Int = 0, onEnd: @escaping @Sendable () -> Void = {}
        ) {
            self.deadline = deadline
            retainedBytes = bytes
            self.onEnd = onEnd
        }

        var isOver: Bool { isEnded.load(ordering: .relaxed) }
        func end() { isEnded.store(true, ordering: .relaxed) }
        func expire() {
            end()
            onEnd()
        }
    }

    @Test func `thousands end in the order of their deadlines`() {
        let queue = DeadlineQueue()
        let ended = Monitor<[Int]>([])
        // Keeps the queue's thread until all are in, so that only their deadlines order them.
        let isFilled = Monitor(false)
        queue.watch(
            Entry(.now) {
                _ = isFilled.wait(until: Instant.now.advanced(by: .seconds(60))) { $0 ? true : nil }
            })
        let start = Instant.now.advanced(by: .milliseconds(1))
        var generator = SystemRandomNumberGenerator()
        for number in Array(0..<5000).shuffled(using: &generator) {
            queue.watch(
                Entry(start.advanced(byNanoseconds: UInt64(number) * 1000)) {
                    ended.withLock { $0.append(number) }
                    ended.notify()
                })
        }
        isFilled.withLock { $0 = true }
        isFilled.notify()
        let end = Instant.now.advanced(by: .seconds(60))
        #expect(ended.wait(until: end) { $0.count == 5000 ? true : nil } == true)
        #expect(ended.withLock { $0 } == Array(0..<5000))
        #expect(queue.count == 0)
    }

    @Test func `an earlier deadline that comes later is not kept waiting`() {
        let queue = DeadlineQueue()
        let ended = Monitor(false)
        queue.watch(Entry(.now.advanced(by: .seconds(3600))))
        queue.watch(
            Entry(.now.advanced(by: .milliseconds(5))) {
                ended.withLock { $0 = true }
                ended.notify()
            })
        #expect(ended.wait(until: .now.advanced(by: .seconds(20))) { $0 ? true : nil } == true)
    }

    @Test func `what is over is not ended again`() {
        let queue = DeadlineQueue()
        let count = Counter()
        let over = Entry(.now.advanced(by: .milliseconds(5))) { count.increment() }
        over.end()
        queue.watch(over)
        let ended = Monitor(false)
        queue.watch(
            Entry(.now.advanced(by: .milliseconds(10))) {
                ended.withLock { $0 = true }
                ended.notify()
            })
        #expect(ended.wait(until: .now.advanced(by: .seconds(20))) { $0 ? true : nil } == true)
        #expect(count.value == 0)
    }

    @Test func `the queue knows its own thread`() {
        let queue = DeadlineQueue()
        let answer = Monitor<Bool?>(nil)
        #expect(!queue.isOwnThread)
        queue.watch(
            Entry(.now.advanced(by: .milliseconds(1))) {
                answer.withLock { $0 = queue.isOwnThread }
                answer.notify()
            })
        #expect(answer.wait(until: .now.advanced(by: .seconds(20))) { $0 } == true)
    }

    @Test func `what has no deadline is not remembered`() {
        let queue = DeadlineQueue()
        queue.watch(Entry(.never))
        #expect(queue.count == 0)
    }

    @Test func `what ended early is forgotten`() {
        let queue = DeadlineQueue()
        let later = Instant.now.advanced(by: .seconds(3600))
        for _ in 0..<100_000 {
            let entry = Entry(later)
            queue.watch(entry)
            entry.end()
        }
        #expect(queue.count <= DeadlineQueue.countLimit)
    }

    @Test func `large things that ended early are forgotten sooner`() {
        let queue = DeadlineQueue()
        let later = Instant.now.advanced(by: .seconds(3600))
        let megabyte = 1 << 20
        for _ in 0..<1000 {
            let entry = Entry(later, bytes: megabyte)
            queue.watch(entry)
            entry.end()
        }
        #expect(queue.count * megabyte <= DeadlineQueue.byteLimit)
    }

    @Test func `what still runs is never forgotten`() {
        let queue = DeadlineQueue()
        let later = Instant.now.advanced(by: .seconds(3600))
        let running = (0..<5000).map { _ in Entry(later, bytes: 1 << 16) }
        for entry in running {
            queue.watch(entry)
            let past = Entry(later, bytes: 1 << 16)
            queue.watch(past)
            past.end()
        }
        #expect(queue.count >= 5000)
        #expect(queue.count <= 3 * 5000)
    }

    @Test func `a queue that nobody uses any more ends with its thread`() {
        weak var queue: DeadlineQueue?
        do {
            let made = DeadlineQueue()
            made.watch(Entry(.now.advanced(by: .seconds(3600))))
            queue = made
        }
        #expect(queue == nil)
    }

    @Test func `a call that was settled is not kept with its arguments`() {
        let environment = CallEnvironment()
        let deadline = Instant.now.advanced(by: .seconds(3600))
        let arguments = Payload([UInt8](repeating: 0, count: 1 << 20))
        for _ in 0..<200 {
            let call = Call.test(
                deadline: deadline, arguments: arguments, environment: environment)
            call.watchDeadline()
            call.complete(.value(.null))
        }
        #expect(environment.deadlines.count <= 17)
    }
}
