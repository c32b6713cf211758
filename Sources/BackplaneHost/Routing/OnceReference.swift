// SPDX-License-Identifier: Apache-2.0

internal import Synchronization

/// A reference that is set once and read often, without a lock.
///
/// Like `AtomicLazyReference`, which looks its generic type up at each access: that took a tenth of
/// a call.
@safe
struct OnceReference<Object: AnyObject & Sendable>: ~Copyable, Sendable {
    // SAFETY: zero, or a retained object that is released in deinit; it never changes once set.
    private let bits = Atomic<UInt>(0)

    /// The object, once there is one.
    var object: Object? {
        guard let pointer = unsafe UnsafeRawPointer(bitPattern: bits.load(ordering: .acquiring))
        else { return nil }
        return unsafe Unmanaged<Object>.fromOpaque(pointer).takeUnretainedValue()
    }

    /// Sets the object, unless there is one already.
    ///
    /// - Returns: The object that is there now.
    @discardableResult
    func set(_ object: Object) -> Object {
        let reference = unsafe Unmanaged.passRetained(object)
        let (isSet, known) = bits.compareExchange(
            expected: 0, desired: unsafe UInt(bitPattern: reference.toOpaque()),
            ordering: .acquiringAndReleasing)
        if isSet { return object }
        unsafe reference.release()
        guard let pointer = unsafe UnsafeRawPointer(bitPattern: known) else { return object }
        return unsafe Unmanaged<Object>.fromOpaque(pointer).takeUnretainedValue()
    }

    deinit {
        if let pointer = unsafe UnsafeRawPointer(bitPattern: bits.load(ordering: .acquiring)) {
            unsafe Unmanaged<Object>.fromOpaque(pointer).release()
        }
    }
}
