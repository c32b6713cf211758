// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import Tokenizer

struct PriorityQueueTests {
    @Test(arguments: [0, 1, 2, 3, 10, 1000])
    func `elements come out in order, whichever way they went in`(count: Int) {
        let numbers = (0..<count).map { $0 * 7919 % 1009 }
        var made = PriorityQueue(numbers)
        var filled = PriorityQueue<Int>()
        for number in numbers { filled.insert(number) }
        #expect(drained(&made) == numbers.sorted())
        #expect(drained(&filled) == numbers.sorted())
    }

    @Test func `elements may come while others go`() {
        var queue = PriorityQueue([5, 1])
        #expect(queue.popFirst() == 1)
        queue.insert(7)
        queue.insert(2)
        #expect(queue.popFirst() == 2)
        #expect(drained(&queue) == [5, 7])
        #expect(queue.popFirst() == nil)
    }

    private func drained(_ queue: inout PriorityQueue<Int>) -> [Int] {
        var elements: [Int] = []
        while let element = queue.popFirst() { elements.append(element) }
        return elements
    }
}
