// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import BackplaneTransport

struct ThreadStockTests {
    @Test func `each thread is taken once, and an empty stock gives none`() throws {
        let stock = ThreadStock()
        let ran = Monitor<[Int]>([])
        func start(_ number: Int) -> Bool {
            stock.take(
                ThreadStart(name: "test") {
                    ran.withLock { $0.append(number) }
                    ran.notify(all: true)
                })
        }
        #expect(!start(0))
        for _ in 0..<3 { try #require(Threads.start("test-ready") { stock.serve() }) }
        stock.fill(3)
        #expect((1...5).map(start) == [true, true, true, false, false])
        let all = ran.wait(until: .now.advanced(by: .seconds(20))) {
            $0.count == 3 ? $0.sorted() : nil
        }
        #expect(all == [1, 2, 3])
    }

    @Test func `one that has done its work is there for more when it comes back`() throws {
        let stock = ThreadStock()
        let count = Monitor(0)
        try #require(
            Threads.start("test-ready") {
                for _ in 0..<100 { stock.serve() }
            })
        for number in 1...100 {
            stock.fill(1)
            #expect(
                stock.take(
                    ThreadStart(name: "test") {
                        count.withLock { $0 += 1 }
                        count.notify(all: true)
                    }))
            let end = Instant.now.advanced(by: .seconds(20))
            #expect(count.wait(until: end) { $0 == number ? $0 : nil } == number)
        }
    }
}
