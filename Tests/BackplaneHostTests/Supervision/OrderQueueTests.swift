// SPDX-License-Identifier: Apache-2.0

import Synchronization
import Testing

@testable import BackplaneHost

struct OrderQueueTests {
    private final class Running: Sendable {
        struct Counts {
            var now = 0
            var most = 0
            var all = 0
        }

        let counts = Mutex(Counts())

        func begin() {
            counts.withLock { counts in
                counts.now += 1
                counts.most = max(counts.most, counts.now)
            }
        }

        func end() {
            counts.withLock { counts in
                counts.now -= 1
                counts.all += 1
            }
        }
    }

    @Test func `one order at a time is carried out, and every one`() async {
        let queue = OrderQueue()
        let running = Running()
        await withTaskGroup(of: Void.self) { tasks in
            for _ in 0..<200 {
                tasks.addTask {
                    await queue.oneAtATime {
                        running.begin()
                        await Task.yield()
                        running.end()
                    }
                }
            }
        }
        let counts = running.counts.withLock { $0 }
        #expect(counts.most == 1)
        #expect(counts.all == 200)
    }
}
