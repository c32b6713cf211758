// SPDX-License-Identifier: Apache-2.0

import BackplaneImage
import BackplaneTransport
import Testing

@testable import BackplaneHost

struct ForkedAdmissionTests {
    private static let environment = CallEnvironment()

    private func job(_ number: UInt64, async isAsync: Bool = false) -> Admission.Job {
        let call = Call(
            number: number, service: "s", method: "m", arguments: .null, deadline: .never,
            submitted: .now, parent: nil, depth: 0, observer: OutcomeObserver(),
            environment: Self.environment)
        let method = MethodEntry(
            description: MethodDescription(name: "m", isAsync: isAsync), index: 0,
            statistics: MethodStatistics())
        return Admission.Job(call: call, method: method)
    }

    private func admission(
        workers: Int, concurrency: Int? = nil, queue: Int = 10
    ) -> ForkedAdmission {
        var admission = ForkedAdmission(concurrency: concurrency, queueLimit: queue)
        for worker in 0..<workers { admission.add(worker: worker + 1) }
        return admission
    }

    @Test func `synchronous calls go to idle workers, then ahead, then are too many`() {
        var admission = admission(workers: 2, queue: 1)
        #expect(admission.arrive(job(1)) == .run(worker: 1))
        #expect(admission.arrive(job(2)) == .run(worker: 2))
        #expect(admission.arrive(job(3)) == .run(worker: 1))
        #expect(admission.running == 2)
        #expect(admission.waiting == 1)
        #expect(admission.arrive(job(4)) == .refuse)
        #expect(admission.next() == nil)
        admission.settle(2)
        #expect(admission.arrive(job(5)) == .run(worker: 2))
    }

    @Test func `a call that is bound to a busy worker keeps no other waiting`() {
        var admission = admission(workers: 2, concurrency: 1)
        #expect(admission.arrive(job(1)) == .run(worker: 1))
        #expect(admission.arrive(job(2)) == .run(worker: 2))
        var bound = job(3)
        (bound.preferred, bound.placed) = (1, .null)
        #expect(admission.arrive(bound) == .wait)
        #expect(admission.arrive(job(4)) == .wait)
        admission.settle(2)
        #expect(admission.next()?.job.call.number == 4)
        #expect(admission.next() == nil)
        admission.settle(1)
        let next = admission.next()
        #expect(next?.job.call.number == 3)
        #expect(next?.worker == 1)
    }

    @Test func `idle workers are favoured in turn, for many calls each`() {
        var admission = admission(workers: 3)
        var runs: [(worker: Int, calls: Int)] = []
        for number in 1...UInt64(ForkedAdmission.favour * 4) {
            guard case .run(let worker) = admission.arrive(job(number)) else { continue }
            if runs.last?.worker == worker {
                runs[runs.count - 1].calls += 1
            } else {
                runs.append((worker, 1))
            }
            admission.settle(number)
        }
        #expect(runs.map(\.worker) == [1, 2, 3, 1])
        #expect(runs.allSatisfy { $0.calls == ForkedAdmission.favour })
        // One that is busy is passed over.
        let next = (1...2).map { admission.arrive(job(UInt64($0))) }
        #expect(next == [.run(worker: 2), .run(worker: 3)])
    }

    @Test func `which worker is favoured does not depend on which came up first`() {
        var admission = ForkedAdmission(concurrency: nil, queueLimit: 10)
        for worker in [2, 3, 1] { admission.add(worker: worker) }
        #expect(admission.arrive(job(1)) == .run(worker: 1))
        #expect(admission.arrive(job(2)) == .run(worker: 2))
        admission.remove(worker: 1)
        admission.add(worker: 4)
        #expect(admission.arrive(job(3)) == .run(worker: 3))
        #expect(admission.arrive(job(4)) == .run(worker: 4))
    }

    @Test func `calls that a worker gives back go elsewhere, in their order, and it gets none`() {
        var admission = admission(workers: 2)
        let jobs = (1...6).map { job(UInt64($0)) }
        #expect(jobs.map { admission.arrive($0) } == [1, 2, 1, 2, 1, 2].map { .run(worker: $0) })
        admission.takeBack(jobs[2])
        admission.takeBack(jobs[4])
        #expect(admission.waiting == 4)
        // Ahead in the other worker, which is not stuck.
        #expect(admission.next()?.job.call.number == 3)
        #expect(admission.worker(of: 3) == 2)
        #expect(admission.next()?.job.call.number == 5)
        #expect(admission.worker(of: 5) == 2)
        // Its long method has ended.
        admission.settle(1)
        #expect(admission.arrive(job(7)) == .run(worker: 1))
        #expect(admission.arrive(job(8)) == .run(worker: 1))
    }

    @Test func `a worker has no end of calls at hand`() {
        var admission = admission(workers: 1, queue: 1000)
        var sent = 0
        while case .run = admission.arrive(job(UInt64(sent + 1))) { sent += 1 }
        #expect(sent == 64)
        #expect(admission.waiting == 64)
    }

    @Test func `asynchronous calls pass, spread over the workers`() {
        var admission = admission(workers: 2)
        #expect(admission.arrive(job(1)) == .run(worker: 1))
        for number in 2...5 {
            #expect(admission.arrive(job(UInt64(number), async: true)) != .wait)
        }
        #expect(admission.running == 5)
    }

    @Test func `with a concurrency every call counts`() {
        var admission = admission(workers: 1, concurrency: 2)
        #expect(admission.arrive(job(1)) == .run(worker: 1))
        #expect(admission.arrive(job(2, async: true)) == .run(worker: 1))
        #expect(admission.arrive(job(3, async: true)) == .wait)
        #expect(admission.arrive(job(4)) == .wait)
        admission.settle(1)
        #expect(admission.next()?.job.call.number == 3)
        admission.settle(2)
        #expect(admission.next()?.job.call.number == 4)
    }

    @Test func `without workers all wait, and the order of each kind is kept`() {
        var admission = admission(workers: 0)
        for number in 1...4 {
            #expect(admission.arrive(job(UInt64(number), async: number % 2 == 0)) == .wait)
        }
        admission.add(worker: 7)
        var order: [UInt64] = []
        while let next = admission.next() { order.append(next.job.call.number) }
        #expect(order == [1, 2, 3, 4])
    }

    @Test func `a call that its worker never got is the next one`() {
        var admission = admission(workers: 1)
        let first = job(1)
        #expect(admission.arrive(first) == .run(worker: 1))
        admission.remove(worker: 1)
        #expect(admission.arrive(job(2)) == .wait)
        admission.putBack(first)
        #expect(admission.next() == nil)
        admission.add(worker: 2)
        let next = admission.next()
        #expect(next?.job.call === first.call)
        #expect(next?.worker == 2)
    }

    @Test func `a worker that is gone keeps nobody's place`() {
        var admission = admission(workers: 1)
        #expect(admission.arrive(job(1)) == .run(worker: 1))
        admission.remove(worker: 1)
        admission.add(worker: 2)
        admission.settle(1)
        #expect(admission.arrive(job(2)) == .run(worker: 2))
        #expect(admission.running == 1)
    }

    @Test func `what waits can be taken out, and nothing comes in any more`() {
        var admission = admission(workers: 1, concurrency: 1)
        #expect(admission.arrive(job(1)) == .run(worker: 1))
        let second = job(2)
        #expect(admission.arrive(second) == .wait)
        let (isOut, isOutAgain) = (
            admission.withdraw(second.call), admission.withdraw(second.call)
        )
        #expect(isOut)
        #expect(!isOutAgain)
        #expect(admission.arrive(job(3)) == .wait)
        admission.close()
        #expect(admission.arrive(job(4)) == .refuse)
        #expect(admission.removeWaiting().map(\.call.number) == [3])
        admission.settle(1)
        #expect(admission.isIdle)
    }
}
