// SPDX-License-Identifier: Apache-2.0

import Synchronization

/// What a test's handlers wrote down.
final class Noted<Element: Sendable>: Sendable {
    private let elements = Mutex<[Element]>([])

    var all: [Element] { elements.withLock { $0 } }
    var count: Int { elements.withLock { $0.count } }

    func note(_ element: Element) { elements.withLock { $0.append(element) } }
}
