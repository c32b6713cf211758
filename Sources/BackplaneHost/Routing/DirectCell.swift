// SPDX-License-Identifier: Apache-2.0

internal import CBackplane

/// The place that direct calls of one target look at: the binding in charge, or nothing.
///
/// Immortal.
@safe
struct DirectCell: Sendable {
    // SAFETY: immortal, its members atomic.
    nonisolated(unsafe) let pointer: UnsafeRawPointer

    /// Makes an empty cell; `nil` when there is no memory.
    init?() {
        guard let pointer = unsafe backplane_cell_make() else { return nil }
        unsafe self.pointer = pointer
    }

    /// Puts a binding in charge, or none.
    func set(_ binding: DirectBinding?) {
        unsafe backplane_cell_set(pointer, binding?.pointer)
    }
}

/// One closure of one generation, with the count of its running direct calls.
///
/// Immortal.
@safe
struct DirectBinding: Sendable {
    // SAFETY: immortal, its count atomic.
    fileprivate nonisolated(unsafe) let pointer: UnsafeRawPointer

    /// Makes a binding; `nil` when there is no memory.
    init?(_ function: DirectFunction) {
        guard
            let pointer = unsafe backplane_binding_make(
                function.kind, function.synchronous, function.asynchronous)
        else { return nil }
        unsafe self.pointer = pointer
    }

    /// Whether a direct call runs.
    var isActive: Bool { unsafe backplane_binding_active(pointer) != 0 }
}

/// The direct calls of a generation that was replaced.
struct DirectCalls: Sendable {
    var bindings: [DirectBinding] = []

    /// Whether none runs any more.
    var areOver: Bool { !bindings.contains { $0.isActive } }
}
