// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import BackplaneHost
@testable import BackplaneTransport

/// A sender's window and its consumer's credit, which have to suit each other.
struct MessageCreditTests {
    @Test(arguments: [1, 64, 5_000, 70_000, 1 << 20, 5 << 20])
    func `who has consumed everything keeps no sender waiting`(_ size: Int) {
        var window = MessageWindow()
        var credit = MessageCredit()
        for _ in 0..<1000 {
            let hasRoom = window.reserve(size)
            #expect(hasRoom)
            window.credit(credit.add(size))
        }
    }

    @Test func `messages of any sizes find room once all was consumed`() {
        var window = MessageWindow()
        var credit = MessageCredit()
        var line: [Int] = []
        for _ in 0..<20_000 {
            let size = Bool.random() ? Int.random(in: 0...100) : Int.random(in: 0...(6 << 20))
            while !window.reserve(size) {
                let first = line.isEmpty ? nil : line.removeFirst()
                guard let first else {
                    Issue.record("\(size) bytes find no room, and nothing is on its way")
                    return
                }
                window.credit(credit.add(first))
            }
            line.append(size)
            #expect(line.count <= MessageWindow.maximumCount)
        }
    }

    @Test func `what nobody consumes is bounded`() {
        var window = MessageWindow()
        var count = 0
        while window.reserve(16) { count += 1 }
        #expect(count == MessageWindow.maximumCount)
        window.credit(10)
        count = 0
        while window.reserve(16) { count += 1 }
        #expect(count == 10)
    }

    @Test func `one message is told of with others`() {
        var credit = MessageCredit()
        var told: [UInt64] = []
        for _ in 0..<200 { told.append(credit.add(16)) }
        #expect(told.filter { $0 > 0 } == [64, 64, 64])
        let last = credit.add(MessageWindow.creditBytes)
        #expect(last == 9)
    }
}
