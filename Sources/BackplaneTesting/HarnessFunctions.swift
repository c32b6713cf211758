// SPDX-License-Identifier: Apache-2.0

import CBackplane
import Synchronization

/// The functions that the plugin provides, and the cells of direct calls.
///
/// SAFETY: cells, bindings and boxes are immortal, and read and written atomically.
@safe
final class HarnessFunctions: Sendable {
    private struct State {
        var numbers: [String: UInt32] = [:]
        /// Addresses of cells.
        var cells: [String: UInt] = [:]
        /// Addresses of bindings.
        var bindings: [String: UInt] = [:]
    }

    private let state = Mutex(State())

    func number(of name: String) -> UInt32? {
        state.withLock { $0.numbers[name] }.map { $0 | 0x8000_0000 }
    }

    func provide(
        _ name: String, number: UInt32, kind: UInt32, _ synchronous: UnsafeRawPointer?,
        _ asynchronous: UnsafeRawPointer?
    ) -> UInt32 {
        let binding = unsafe UInt(
            bitPattern: backplane_binding_make(kind, synchronous, asynchronous))
        return state.withLock { state in
            guard !name.isEmpty, !name.contains("."), state.numbers[name] == nil else {
                return UInt32(BACKPLANE_INVALID_ARGUMENT)
            }
            state.numbers[name] = number
            state.bindings[name] = binding
            if let cell = state.cells[name] { set(cell, binding) }
            return 0
        }
    }

    /// The cell of a target; `makeBinding` is asked for what is in it the first time.
    func cell(_ target: String, makeBinding: () -> UnsafeRawPointer?) -> UnsafeRawPointer? {
        let known = state.withLock { $0.cells[target] }
        if let known { return unsafe UnsafeRawPointer(bitPattern: known) }
        let made = unsafe UInt(bitPattern: makeBinding())
        let address = state.withLock { state in
            if let cell = state.cells[target] { return cell }
            let cell = unsafe UInt(bitPattern: backplane_cell_make())
            state.cells[target] = cell
            let binding = state.bindings[target] ?? made
            state.bindings[target] = binding
            set(cell, binding)
            return cell
        }
        return unsafe UnsafeRawPointer(bitPattern: address)
    }

    /// Takes all functions away from direct callers, as a reload does.
    func withdraw() {
        state.withLock { state in
            for cell in state.cells.values { set(cell, 0) }
        }
    }

    /// Gives them back.
    func restore() {
        state.withLock { state in
            for (name, cell) in state.cells { set(cell, state.bindings[name] ?? 0) }
        }
    }

    /// How many direct calls of a target are running.
    func active(_ target: String) -> Int {
        let binding = state.withLock { $0.bindings[target] }
        guard let binding, let pointer = unsafe UnsafeRawPointer(bitPattern: binding) else {
            return 0
        }
        return Int(unsafe backplane_binding_active(pointer))
    }
}

private func set(_ cell: UInt, _ binding: UInt) {
    guard let cell = unsafe UnsafeRawPointer(bitPattern: cell) else { return }
    unsafe backplane_cell_set(cell, UnsafeRawPointer(bitPattern: binding))
}
