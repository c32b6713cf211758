// SPDX-License-Identifier: Apache-2.0

import Synchronization

/// What a memory that answers a test's calls holds.
final class Store: Sendable {
    private let state = Mutex<[String: Int]>([:])

    var values: [String: Int] {
        get { state.withLock { $0 } }
        set { state.withLock { $0 = newValue } }
    }

    func set(_ key: String, _ value: Int) { state.withLock { $0[key] = value } }

    func remove(_ key: String) -> Bool { state.withLock { $0.removeValue(forKey: key) != nil } }
}
