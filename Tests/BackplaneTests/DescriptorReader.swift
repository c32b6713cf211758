// SPDX-License-Identifier: Apache-2.0

import Backplane
import CBackplane

/// Reads a plugin's descriptor as a host does.
///
/// SAFETY: descriptors are immortal, and these tests make no instance of them.
@safe
struct DescriptorReader {
    struct Method: Equatable {
        let name: String
        let summary: String
        let flags: UInt32
        let parameters: [String]
        let types: [String]
        let result: String
    }

    private let raw: UnsafeRawPointer

    init?<P: Plugin>(_ type: P.Type) {
        guard let raw = unsafe makeDescriptor(of: type) else { return nil }
        unsafe self.raw = raw
    }

    var magic: UInt32 { unsafe backplane_plugin_magic(raw) }
    var abiMajor: UInt16 { unsafe backplane_plugin_abi_major(raw) }
    var flags: UInt32 { unsafe backplane_plugin_flags(raw) }
    var name: String { unsafe String(copying: backplane_plugin_name(raw)) }
    var version: String { unsafe String(copying: backplane_plugin_version(raw)) }
    var summary: String { unsafe String(copying: backplane_plugin_summary(raw)) }
    var compiler: String { unsafe String(copying: backplane_plugin_compiler(raw)) }
    var target: String { unsafe String(copying: backplane_plugin_target(raw)) }
    var hasFunctions: Bool { unsafe backplane_plugin_has_functions(raw) != 0 }
    var hasState: Bool { unsafe backplane_plugin_has_state(raw) != 0 }

    var methods: [Method] {
        (0..<(unsafe backplane_plugin_method_count(raw))).compactMap { index in
            guard let method = unsafe backplane_plugin_method(raw, index) else { return nil }
            let count = unsafe backplane_method_parameter_count(method)
            return unsafe Method(
                name: String(copying: backplane_method_name(method)),
                summary: String(copying: backplane_method_summary(method)),
                flags: backplane_method_flags(method),
                parameters: (0..<count).map {
                    unsafe String(copying: backplane_method_parameter_name(method, $0))
                },
                types: (0..<count).map {
                    unsafe String(copying: backplane_method_parameter_type(method, $0))
                },
                result: String(copying: backplane_method_result_type(method)))
        }
    }

    /// The versions of its state: what it saves, reads from and to, writes from and to.
    var stateVersions: [UInt32]? {
        guard let table = unsafe backplane_plugin_state_table(raw) else { return nil }
        return unsafe [
            backplane_state_version(table), backplane_state_reads_from(table),
            backplane_state_reads_to(table), backplane_state_writes_from(table),
            backplane_state_writes_to(table),
        ]
    }

    func has(_ name: String) -> Bool { unsafe backplane_plugin_extension(raw, name) != nil }

    /// Preloads the plugin as a fork server does.
    func preload() async throws {
        let reply = Reply()
        _ = unsafe backplane_plugin_preload_load(
            raw, Reply.callback, Unmanaged.passRetained(reply).toOpaque())
        try await reply.value().check()
    }
}
