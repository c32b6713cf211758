// SPDX-License-Identifier: Apache-2.0

/// A binary heap that gives its least element first.
struct PriorityQueue<Element: Comparable> {
    private var heap: [Element] = []

    /// Makes a queue of `elements` in linear time.
    init(_ elements: [Element] = []) {
        heap = elements
        for index in stride(from: heap.count / 2 - 1, through: 0, by: -1) {
            sink(index)
        }
    }

    /// The element that `popFirst` would take.
    var first: Element? { heap.first }

    mutating func insert(_ element: Element) {
        heap.append(element)
        var child = heap.count - 1
        while child > 0 {
            let parent = (child - 1) / 2
            guard heap[child] < heap[parent] else { return }
            heap.swapAt(child, parent)
            child = parent
        }
    }

    mutating func popFirst() -> Element? {
        guard let last = heap.popLast() else { return nil }
        guard let least = heap.first else { return last }
        heap[0] = last
        sink(0)
        return least
    }

    private mutating func sink(_ start: Int) {
        var parent = start
        while true {
            var least = parent
            for child in 2 * parent + 1...2 * parent + 2
            where child < heap.count && heap[child] < heap[least] {
                least = child
            }
            guard least != parent else { return }
            heap.swapAt(parent, least)
            parent = least
        }
    }
}
