// SPDX-License-Identifier: Apache-2.0

import BackplaneImage
import BackplaneTransport
import Testing

@testable import BackplaneHost

struct AdmissionTests {
    private let environment = CallEnvironment()
    private let method = MethodEntry(
        description: MethodDescription(name: "method"), index: 0, statistics: MethodStatistics())

    private func job() -> Admission.Job {
        Admission.Job(call: .test(environment: environment), method: method)
    }

    /// Expectations take no value that they may change, so it sits in here.
    private final class Desk {
        private var admission: Admission

        init(concurrency: Int?, queueLimit: Int) {
            admission = Admission(concurrency: concurrency, queueLimit: queueLimit)
        }

        var running: Int { admission.running }
        var isIdle: Bool { admission.isIdle }
        var cancellable: [UInt64: Call] { admission.cancellable }

        func arrive(_ job: Admission.Job, spare: Int) -> Bool {
            admission.arrive(job, spare: spare)
        }
        func next() -> Admission.Job? { admission.next() }
        func pass() -> Bool { admission.pass() }
        func settle(_ call: Call) { admission.settle(call) }
        func track(_ call: Call) { admission.track(call) }
        func withdraw(_ call: Call) -> Admission.Job? { admission.withdraw(call) }
        func removeWaiting() -> [Admission.Job] { admission.removeWaiting() }
        func close() { admission.close() }
    }

    @Test func `calls run in the order in which they came, so many at once`() {
        let admission = Desk(concurrency: 2, queueLimit: 10)
        let jobs = (0..<4).map { _ in job() }
        for job in jobs { #expect(admission.arrive(job, spare: 0)) }
        #expect(admission.next()?.call === jobs[0].call)
        #expect(admission.next()?.call === jobs[1].call)
        #expect(admission.next() == nil)
        admission.settle(jobs[0].call)
        #expect(admission.next()?.call === jobs[2].call)
        admission.settle(jobs[2].call)
        admission.settle(jobs[1].call)
        #expect(admission.running == 0)
        #expect(!admission.isIdle)
        #expect(admission.next()?.call === jobs[3].call)
        admission.settle(jobs[3].call)
        #expect(admission.isIdle)
        #expect(admission.cancellable.isEmpty)
    }

    @Test func `nobody passes those who wait`() {
        let admission = Desk(concurrency: 1, queueLimit: 10)
        #expect(admission.pass())
        #expect(!admission.pass())
        #expect(admission.arrive(job(), spare: 0))
        admission.settle(job().call)
        #expect(!admission.pass())
        #expect(admission.next() != nil)
    }

    @Test(
        arguments: [(0, 0, nil, 0), (3, 0, nil, 3), (0, 2, nil, 2), (3, 2, nil, 5)]
            as [(Int, Int, Int?, Int)])
    func `as many wait as may, besides those that threads are about to take`(
        _ limit: Int, _ spare: Int, _ concurrency: Int?, _ expected: Int
    ) {
        let admission = Desk(concurrency: concurrency, queueLimit: limit)
        #expect((0..<10).filter { _ in admission.arrive(job(), spare: spare) }.count == expected)
    }

    @Test func `idle threads that may not take a call make no room for one`() {
        let admission = Desk(concurrency: 1, queueLimit: 2)
        #expect(admission.arrive(job(), spare: 4))
        #expect(admission.next() != nil)
        #expect((0..<10).filter { _ in admission.arrive(job(), spare: 3) }.count == 2)
    }

    @Test func `a call that waits can leave, once`() {
        let admission = Desk(concurrency: 0, queueLimit: 10)
        let jobs = (0..<3).map { _ in job() }
        for job in jobs { #expect(admission.arrive(job, spare: 0)) }
        #expect(admission.withdraw(jobs[1].call)?.call === jobs[1].call)
        #expect(admission.withdraw(jobs[1].call) == nil)
        #expect(
            admission.removeWaiting().map(\.call.number) == [jobs[0], jobs[2]].map(\.call.number))
        #expect(admission.isIdle)
    }

    @Test func `nothing comes in after closing, what is there goes on`() {
        let admission = Desk(concurrency: nil, queueLimit: 10)
        #expect(admission.arrive(job(), spare: 0))
        admission.close()
        #expect(!admission.arrive(job(), spare: 5))
        #expect(!admission.pass())
        #expect(admission.next() != nil)
    }

    @Test func `a call that has settled is not remembered`() {
        let admission = Desk(concurrency: nil, queueLimit: 10)
        let (settled, running) = (job().call, job().call)
        #expect(admission.pass())
        settled.complete(.value(.null))
        admission.settle(settled)
        admission.track(settled)
        #expect(admission.pass())
        admission.track(running)
        #expect(admission.cancellable.values.map(\.number) == [running.number])
    }
}
