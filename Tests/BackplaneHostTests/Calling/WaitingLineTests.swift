// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import BackplaneHost

@Suite(.timeLimit(.minutes(1)))
struct WaitingLineTests {
    @Test func `what was added is read in order, and then nothing`() async {
        let line = WaitingLine<Int>()
        for number in 0..<3 { line.append(number) }
        line.finish()
        line.append(9)
        #expect(line.count == 3)
        for number in 0..<3 { #expect(await line.next() == number) }
        #expect(await line.next() == nil)
        #expect(await line.next() == nil)
    }

    @Test func `each element goes to one of those who wait`() async {
        let line = WaitingLine<Int>()
        let total = await withTaskGroup(of: Int.self) { group in
            for _ in 0..<4 {
                group.addTask {
                    var sum = 0
                    while let element = await line.next() { sum += element }
                    return sum
                }
            }
            for number in 1...1000 { line.append(number) }
            line.finish()
            return await group.reduce(0, +)
        }
        #expect(total == 500_500)
    }

    @Test func `a reader that is cancelled gets nothing, and nothing is lost`() async {
        let line = WaitingLine<Int>()
        let reader = Task { await line.next() }
        reader.cancel()
        #expect(await reader.value == nil)
        line.append(1)
        #expect(await line.next() == 1)
    }
}
