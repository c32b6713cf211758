// SPDX-License-Identifier: Apache-2.0

import CBackplane

/// The place of a name, which leads to the closure of the generation in charge.
///
/// SAFETY: cells, bindings and boxes are immortal, and read and written atomically.
@safe
struct Cell: @unchecked Sendable {
    private let raw: UnsafeRawPointer

    init?(_ raw: UnsafeRawPointer?) {
        guard let raw = unsafe raw else { return nil }
        unsafe self.raw = raw
    }

    /// The closure in charge with its drain guard taken, or nothing.
    ///
    /// Left with ``Binding/leave()``.
    @inline(__always)
    func enter() -> Binding? { unsafe Binding(backplane_cell_enter(raw)) }
}

/// One closure of one generation.
///
/// SAFETY: as for ``Cell``.
@safe
struct Binding: @unchecked Sendable, Equatable {
    let raw: UnsafeRawPointer

    @inline(__always)
    init?(_ raw: UnsafeRawPointer?) {
        guard let raw = unsafe raw else { return nil }
        unsafe self.raw = raw
    }

    static func == (left: Binding, right: Binding) -> Bool { unsafe left.raw == right.raw }

    @inline(__always)
    func leave() { unsafe backplane_binding_leave(raw) }

    /// The synchronous closure, if it has exactly this type.
    func synchronous<Form>(as type: Form.Type) -> Form? {
        unsafe closure(backplane_binding_synchronous(raw), as: type)
    }

    /// The synchronous closure of one parameter or a tuple, in the class that handles look for.
    func tuple<Arguments, Result>(
        _: Arguments.Type, _: Result.Type
    ) -> SynchronousClosure<Arguments, Result>? {
        synchronous(as: SynchronousForm<Arguments, Result>.self).map { SynchronousClosure($0) }
    }

    /// The asynchronous closure, if it has exactly this type.
    func asynchronous<Form>(as type: Form.Type) -> Form? {
        unsafe closure(backplane_binding_asynchronous(raw), as: type)
    }

    /// The types are compared, not cast: a cast between closure types misses harmless differences
    /// and lets harmful ones pass.
    private func closure<Form>(_ box: UnsafeRawPointer?, as _: Form.Type) -> Form? {
        guard unsafe backplane_binding_kind(raw) == FunctionBox.kind, let box = unsafe box else {
            return nil
        }
        // SAFETY: a box of this kind is an immortal, immutable `Any`.
        let any = unsafe box.assumingMemoryBound(to: Any.self).pointee
        guard type(of: any) == Form.self else { return nil }
        return any as? Form
    }
}
