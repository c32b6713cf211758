// SPDX-License-Identifier: Apache-2.0

import BackplaneTransport
import Testing

@testable import BackplaneHost

struct PromiseTests {
    @Test func `all that wait get the first value`() async {
        let promise = Promise<Int>()
        let sum = await withTaskGroup(of: Int.self) { tasks in
            for _ in 0..<20 { tasks.addTask { await promise.value } }
            tasks.addTask {
                #expect(promise.keep(1))
                #expect(!promise.keep(2))
                return 0
            }
            return await tasks.reduce(0, +)
        }
        #expect(sum == 20)
        #expect(await promise.value == 1)
        #expect(promise.isOver)
    }

    @Test func `a promise with a deadline is kept by then`() async {
        let queue = DeadlineQueue()
        let promise = Promise(by: .now.advanced(by: .milliseconds(5)), else: "late", in: queue)
        #expect(await promise.value == "late")
        #expect(!promise.keep("kept"))
    }

    @Test func `a promise that was kept stays as it is at its deadline`() async {
        let queue = DeadlineQueue()
        let promise = Promise(by: .now.advanced(by: .milliseconds(5)), else: "late", in: queue)
        promise.keep("kept")
        promise.expire()
        #expect(await promise.value == "kept")
    }
}
