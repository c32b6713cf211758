// SPDX-License-Identifier: Apache-2.0

import BackplaneImage
import Synchronization
import Testing

@testable import BackplaneHost

/// The threads of an async slot.
struct WorkerThreadsTests {
    private let environment = CallEnvironment()
    private let method = MethodEntry(
        description: MethodDescription(name: "method"), index: 0, statistics: MethodStatistics())

    private func threads(
        _ count: Int, concurrency: Int? = nil, body: @escaping @Sendable (Call) -> Void
    ) -> WorkerThreads {
        let threads = WorkerThreads(
            "test", count: count, admission: Admission(concurrency: concurrency, queueLimit: 1000)
        ) { body($0.call) }
        threads.start()
        return threads
    }

    private func submit(to threads: WorkerThreads) -> Call {
        let call = Call.test(environment: environment)
        let job = Admission.Job(call: call, method: method)
        #expect(threads.withAdmission { admission, idle in admission.arrive(job, spare: idle) })
        return call
    }

    @Test func `every call runs once, on so many threads at once`() {
        let gate = ThreadGate()
        let done = Tally()
        let threads = threads(3) { _ in
            gate.pass()
            done.add()
        }
        for _ in 0..<200 { _ = submit(to: threads) }
        #expect(gate.holds(3))
        #expect(gate.entered == 3)
        gate.open()
        #expect(done.reaches(200))
        #expect(done.value == 200)
        threads.close()
    }

    @Test func `a limit of calls at once is kept, and each end lets one in`() {
        let gate = ThreadGate()
        let done = Tally()
        let settle = Mutex<(@Sendable (Call) -> Void)?>(nil)
        let threads = threads(4, concurrency: 1) { call in
            gate.pass()
            done.add()
            settle.withLock { $0 }?(call)
        }
        settle.withLock {
            $0 = { call in threads.withAdmission { admission, _ in admission.settle(call) } }
        }
        for _ in 0..<50 { _ = submit(to: threads) }
        #expect(gate.holds(1))
        #expect(gate.entered == 1)
        gate.open()
        #expect(done.reaches(50))
        threads.close()
        settle.withLock { $0 = nil }
    }

    @Test func `what running calls resume comes before new calls`() {
        let gate = ThreadGate()
        let order = Mutex<[String]>([])
        let done = Tally()
        let threads = threads(1) { call in
            if gate.entered == 0 { return gate.pass() }
            order.withLock { $0.append("call") }
            done.add()
        }
        _ = submit(to: threads)
        #expect(gate.holds(1))
        for _ in 0..<3 { _ = submit(to: threads) }
        for _ in 0..<3 {
            threads.run(
                .closure {
                    order.withLock { $0.append("resumption") }
                    done.add()
                })
        }
        gate.open()
        #expect(done.reaches(6))
        let expected = ["resumption", "resumption", "resumption", "call", "call", "call"]
        #expect(order.withLock { $0 } == expected)
        threads.close()
    }

    @Test func `a thread that hangs is replaced, and ends when its call does`() {
        let gate = ThreadGate()
        let done = Tally()
        let hangs = Mutex<Set<UInt64>>([])
        let threads = threads(1) { call in
            if hangs.withLock({ $0.contains(call.number) }) { gate.pass() }
            done.add()
        }
        let stuck = Call.test(environment: environment)
        hangs.withLock { _ = $0.insert(stuck.number) }
        let job = Admission.Job(call: stuck, method: method)
        #expect(threads.withAdmission { admission, _ in admission.arrive(job, spare: 0) })
        #expect(gate.holds(1))
        _ = submit(to: threads)
        threads.writeOff(stuck)
        threads.writeOff(stuck)
        #expect(done.reaches(1))
        #expect(threads.writtenOffCount == 1)
        gate.open()
        #expect(done.reaches(2))
        for _ in 0..<10 { _ = submit(to: threads) }
        #expect(done.reaches(12))
        #expect(threads.writtenOffCount == 0)
        threads.close()
    }

    @Test func `threads are replaced up to a limit`() {
        let gate = ThreadGate()
        let threads = threads(1) { _ in gate.pass() }
        for number in 1...5 {
            let call = submit(to: threads)
            #expect(gate.holds(number))
            threads.writeOff(call)
            #expect(threads.writtenOffCount == min(number, 4))
        }
        _ = submit(to: threads)
        gate.open()
        #expect(gate.holds(0))
        threads.close()
    }

    @Test func `a call that is not running writes nobody off`() {
        let threads = threads(1) { _ in }
        threads.writeOff(.test(environment: environment))
        #expect(threads.writtenOffCount == 0)
        threads.close()
    }

    @Test func `what a stopped plugin left behind still runs`() {
        let threads = threads(2) { _ in }
        threads.close()
        let done = Tally()
        for _ in 0..<10 { threads.run(.closure { done.add() }) }
        #expect(done.reaches(10))
    }
}
