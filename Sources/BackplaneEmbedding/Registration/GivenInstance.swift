// SPDX-License-Identifier: Apache-2.0

import Backplane
import Synchronization

/// An instance that the program has made itself, until its service is another or gone.
///
/// Descriptors are for ever; what they lead to need not be.
final class GivenInstance<P: Plugin>: Sendable {
    private let instance: Mutex<P?>

    init(_ instance: P) { self.instance = Mutex(instance) }

    /// The instance.
    ///
    /// - Throws: `unavailable` once it was let go of.
    func get() throws(BackplaneError) -> P {
        guard let instance = instance.withLock({ $0 }) else {
            throw BackplaneError(.unavailable, "the instance was registered no longer")
        }
        return instance
    }

    /// Lets go of it.
    func release() {
        instance.withLock { $0 = nil }
    }
}
