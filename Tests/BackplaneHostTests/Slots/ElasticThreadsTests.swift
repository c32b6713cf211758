// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import BackplaneHost

struct ElasticThreadsTests {
    @Test func `no job waits behind those that block`() {
        let threads = ElasticThreads("test")
        let gate = ThreadGate()
        for _ in 0..<50 { threads.run(.closure { gate.pass() }) }
        #expect(gate.holds(50))
        gate.open()
        #expect(gate.holds(0))
        threads.close()
    }

    @Test func `beyond the limit jobs wait and none is lost`() {
        let threads = ElasticThreads("test", limit: 2)
        let gate = ThreadGate()
        let done = Tally()
        for _ in 0..<100 {
            threads.run(
                .closure {
                    gate.pass()
                    done.add()
                })
        }
        #expect(gate.holds(2))
        #expect(gate.entered == 2)
        gate.open()
        #expect(done.reaches(100))
        threads.close()
    }

    @Test func `threads that have gone come again`() {
        let threads = ElasticThreads("test", keepAlive: .zero)
        for round in 1...20 {
            let done = Tally()
            for _ in 0..<round { threads.run(.closure { done.add() }) }
            #expect(done.reaches(round))
        }
        threads.close()
    }

    @Test func `jobs that come after closing still run`() {
        let threads = ElasticThreads("test")
        threads.close()
        let done = Tally()
        threads.run(.closure { done.add() })
        #expect(done.reaches(1))
    }

    @Test func `a task gets what a thread made`() async {
        let threads = ElasticThreads("test")
        let result = await threads.perform { 41 + 1 }
        #expect(result == 42)
        threads.close()
    }
}
