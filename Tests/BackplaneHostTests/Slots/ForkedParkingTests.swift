// SPDX-License-Identifier: Apache-2.0

import BackplaneImage
import BackplaneTransport
import Testing

@testable import BackplaneHost

/// Calls that wait for something else than a worker, and those that have a worker to go to.
struct ForkedParkingTests {
    private let environment = CallEnvironment()

    private func job(_ number: UInt64, preferring worker: Int? = nil) -> Admission.Job {
        let call = Call(
            number: number, service: "a", method: "m", arguments: .null, deadline: .never,
            submitted: .now, parent: nil, depth: 0, observer: OutcomeObserver(),
            environment: environment)
        let method = MethodEntry(
            description: MethodDescription(name: "m", isAsync: false), index: 0,
            statistics: MethodStatistics())
        return Admission.Job(call: call, method: method, preferred: worker)
    }

    private func admission(workers: Int) -> ForkedAdmission {
        var admission = ForkedAdmission(concurrency: 1, queueLimit: 10)
        for worker in 0..<workers { admission.add(worker: worker + 1) }
        return admission
    }

    @Test func `a call goes where its arguments are, unless that would be later`() {
        var admission = admission(workers: 3)
        #expect(admission.arrive(job(1, preferring: 2)) == .run(worker: 2))
        #expect(admission.arrive(job(2, preferring: 2)) == .run(worker: 1))
        #expect(admission.arrive(job(3, preferring: 9)) == .run(worker: 3))
        #expect(admission.arrive(job(4, preferring: 2)) == .wait)
        admission.settle(2)
        #expect(admission.next()?.worker == 1)
    }

    @Test func `who waits for something else lets others pass, and comes back ahead of them`() {
        var admission = admission(workers: 1)
        let first = job(1)
        #expect(admission.arrive(first) == .run(worker: 1))
        #expect(admission.arrive(job(2)) == .wait)
        #expect(admission.arrive(job(3)) == .wait)
        admission.park(first)
        #expect((admission.running, admission.waiting) == (0, 3))
        #expect(admission.next()?.job.call.number == 2)
        admission.unpark(first)
        admission.unpark(first)
        #expect((admission.running, admission.waiting) == (1, 2))
        admission.settle(2)
        #expect(admission.next()?.job.call.number == 1)
        #expect(!admission.isIdle)
    }

    @Test func `what was copied for a worker goes to no other while there is that one`() {
        var admission = admission(workers: 2)
        var first = job(1)
        #expect(admission.arrive(first) == .run(worker: 1))
        admission.park(first)
        #expect(admission.arrive(job(2, preferring: 2)) == .run(worker: 2))
        first.preferred = 2
        first.placed = Payload([1])
        admission.unpark(first)
        #expect(admission.next() == nil)
        admission.remove(worker: 2)
        #expect(admission.next()?.worker == 1)
    }

    @Test func `one that waits for something else is taken out like others`() {
        var admission = admission(workers: 1)
        let (first, second) = (job(1), job(2))
        for job in [first, second] {
            #expect(admission.arrive(job) == .run(worker: 1))
            admission.park(job)
        }
        #expect(!admission.isIdle)
        let withdrawn = (admission.withdraw(first.call), admission.withdraw(first.call))
        #expect(withdrawn == (true, false))
        admission.unpark(first)
        #expect(admission.waiting == 1)
        let rest = admission.removeWaiting()
        #expect(rest.map(\.call.number) == [2])
        #expect(admission.isIdle)
        #expect(admission.next() == nil)
    }
}
