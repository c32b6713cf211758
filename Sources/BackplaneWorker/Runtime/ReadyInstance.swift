// SPDX-License-Identifier: Apache-2.0

internal import BackplaneImage
internal import CBackplane
internal import Synchronization

/// The instance that methods are called on: set once, read without a lock.
@safe
final class ReadyInstance: Sendable {
    /// What a call needs to know of it.
    @safe
    final class Instance: Sendable {
        // SAFETY: the descriptor is immortal; the handle is the plugin's, which takes calls from any
        // thread until the process ends.
        nonisolated(unsafe) let descriptor: UnsafeRawPointer
        nonisolated(unsafe) let handle: UnsafeMutableRawPointer
        /// How many synchronous methods may run at once.
        let concurrency: Int
        private let isAsync: [Bool]

        init(_ image: PluginImage, _ handle: UnsafeMutableRawPointer, concurrency: Int) {
            unsafe descriptor = image.descriptor
            unsafe self.handle = handle
            self.concurrency = concurrency
            isAsync = image.description.methods.map(\.isAsync)
        }

        /// Whether there is a method, or a function that may be provided, of this number.
        func has(_ method: UInt32) -> Bool {
            method & BACKPLANE_PROVIDED_FUNCTION != 0 || Int(method) < isAsync.count
        }

        /// Whether a method keeps its thread; of a provided function nobody knows.
        func isSynchronous(_ method: UInt32) -> Bool {
            Int(method) >= isAsync.count || !isAsync[Int(method)]
        }
    }

    // SAFETY: written once, and never freed.
    private let pointer = unsafe Atomic<Unmanaged<Instance>?>(nil)

    /// Lends the instance, once there is one: it stays, and need not be counted.
    @inline(__always)
    func with<Result>(_ body: (Instance) -> Result) -> Result? {
        unsafe pointer.load(ordering: .acquiring)?._withUnsafeGuaranteedRef(body)
    }

    /// Sets it; the first time counts.
    func set(_ instance: Instance) {
        let retained = unsafe Unmanaged.passRetained(instance)
        let (isSet, _) = unsafe pointer.compareExchange(
            expected: nil, desired: retained, ordering: .acquiringAndReleasing)
        if !isSet { unsafe retained.release() }
    }
}
