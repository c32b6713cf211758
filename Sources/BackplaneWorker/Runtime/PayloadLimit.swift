// SPDX-License-Identifier: Apache-2.0

internal import BackplaneTransport
internal import Synchronization

/// The largest payload that the host takes; it says so when it has the plugin opened.
enum PayloadLimit {
    private static let current = Atomic<UInt64>(UInt64(FrameLimits().payload))

    static var bytes: UInt64 { current.load(ordering: .relaxed) }

    /// Takes what the host says; 0 leaves it as it is.
    static func set(_ bytes: UInt64) {
        if bytes > 0 { current.store(bytes, ordering: .relaxed) }
    }
}
