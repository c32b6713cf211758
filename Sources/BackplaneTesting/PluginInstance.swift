// SPDX-License-Identifier: Apache-2.0

import Backplane
import CBackplane
import Synchronization

/// A plugin's descriptor with one instance of it.
///
/// SAFETY: the descriptor is immortal; the handle is good until `destroy`, after which the harness
/// does not use it. Both may be used from any thread.
@safe
struct PluginInstance: @unchecked Sendable {
    private let descriptor: UnsafeRawPointer
    private let handle: UnsafeMutableRawPointer

    /// Makes the instance; `call` ends when it is made, or failed to be.
    init?(
        _ descriptor: UnsafeRawPointer, host: HarnessHost, slot: Slot, directory: String,
        configuration: [UInt8], _ call: HostedCall
    ) {
        guard let table = unsafe HarnessTable.make(Unmanaged.passRetained(host).toOpaque()) else {
            return nil
        }
        var handle: UnsafeMutableRawPointer?
        unsafe backplane_plugin_create(
            descriptor, table, slot.number, 1, 1, host.service, host.identifier, directory,
            configuration, UInt64(configuration.count), call.handedOver(), &handle)
        guard let handle = unsafe handle else { return nil }
        unsafe self.descriptor = descriptor
        unsafe self.handle = handle
    }

    func destroy() { unsafe backplane_plugin_destroy(descriptor, handle) }

    func invoke(_ method: UInt32, _ payload: Bytes, _ call: HostedCall) {
        unsafe payload.withUnsafeBytes {
            unsafe backplane_plugin_invoke(
                descriptor, handle, method, $0.bindMemory(to: UInt8.self).baseAddress,
                UInt64($0.count), call.deadline, call.handedOver())
        }
    }

    func cancel(_ call: HostedCall) {
        unsafe backplane_plugin_cancel(descriptor, handle, call.address)
    }

    func start(_ call: HostedCall) {
        _ = unsafe backplane_plugin_start(descriptor, handle, call.handedOver())
    }

    func stop(_ call: HostedCall) {
        _ = unsafe backplane_plugin_stop(descriptor, handle, call.handedOver())
    }

    func checkHealth(_ call: HostedCall) {
        _ = unsafe backplane_plugin_health_check(descriptor, handle, call.handedOver())
    }

    func testItself(_ call: HostedCall) {
        _ = unsafe backplane_plugin_self_test_run(descriptor, handle, call.handedOver())
    }

    /// Whether the plugin has state; without it `save` and `restore` do nothing.
    var hasState: Bool { unsafe backplane_plugin_has_state(descriptor) != 0 }

    func save(_ call: HostedCall) {
        _ = unsafe backplane_plugin_save(descriptor, handle, call.handedOver())
    }

    /// Whether the plugin saves its state in the shape of a version.
    func writes(version: Int) -> Bool {
        guard hasState, let version = UInt32(exactly: version),
            let table = unsafe backplane_plugin_state_table(descriptor)
        else { return false }
        return unsafe version >= backplane_state_writes_from(table)
            && version <= backplane_state_writes_to(table)
    }

    /// Saves in the shape of a version that the plugin writes.
    func save(as version: Int, _ call: HostedCall) {
        _ = unsafe backplane_plugin_save_as(
            descriptor, handle, UInt32(clamping: version), call.handedOver())
    }

    func restore(_ state: [UInt8], _ call: HostedCall) {
        _ = unsafe backplane_plugin_restore(
            descriptor, handle, state, UInt64(state.count), call.handedOver())
    }

    /// The index of the method of that name.
    func number(of method: String) -> UInt32? {
        (0..<(unsafe backplane_plugin_method_count(descriptor))).first { index in
            let name = unsafe backplane_method_name(backplane_plugin_method(descriptor, index))
            return unsafe String(copying: name) == method
        }
    }

    /// The names of all methods.
    var methods: [String] {
        (0..<(unsafe backplane_plugin_method_count(descriptor))).map { index in
            unsafe String(
                copying: backplane_method_name(backplane_plugin_method(descriptor, index)))
        }
    }

    /// A binding of a method's boxes, for direct calls.
    func binding(of method: UInt32) -> UnsafeRawPointer? {
        guard
            let functions = unsafe backplane_plugin_extension(descriptor, "backplane.functions/1")
        else { return nil }
        var synchronous: UnsafeRawPointer?
        var asynchronous: UnsafeRawPointer?
        unsafe backplane_plugin_functions_method(
            functions, handle, method, &synchronous, &asynchronous)
        return unsafe backplane_binding_make(
            backplane_plugin_functions_kind(functions), synchronous, asynchronous)
    }
}

extension HostedCall {
    /// Its address in the ABI.
    var address: OpaquePointer {
        unsafe OpaquePointer(Unmanaged.passUnretained(self).toOpaque())
    }

    /// Its address, with the reference that `complete` takes back.
    func handedOver() -> OpaquePointer {
        host.state.withLock { $0.running += 1 }
        return unsafe OpaquePointer(Unmanaged.passRetained(self).toOpaque())
    }
}
