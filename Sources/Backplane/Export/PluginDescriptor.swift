// SPDX-License-Identifier: Apache-2.0

import CBackplane

/// Makes the descriptor by which a host knows a plugin.
///
/// - Parameter make: Makes an instance, where that is not the type's own affair.
/// - Returns: Immortal memory; nothing only when there is none.
package func makeDescriptor<P: Plugin>(
    of type: P.Type, making make: @escaping @Sendable (Comm) async throws -> P = { try await P($0) }
) -> UnsafeRawPointer? {
    let manifest = P.manifest
    let isStateful = P.self is any StatefulPlugin.Type
    let descriptor = unsafe backplane_plugin_make(
        isStateful ? UInt32(BACKPLANE_PLUGIN_STATE) : 0, manifest.name, manifest.version,
        manifest.summary, Build.compiler, Build.target, UInt32(manifest.methods.count),
        PluginType(type, making: make).makeImmortal(), PluginTable.create, PluginTable.destroy,
        PluginTable.start, PluginTable.invoke, PluginTable.cancel, PluginTable.stop,
        isStateful ? PluginTable.save : nil, isStateful ? PluginTable.restore : nil,
        PluginTable.extension)
    guard let descriptor = unsafe descriptor else { return nil }
    for (index, method) in manifest.methods.enumerated() {
        var flags: UInt32 = 0
        if method.isIdempotent { flags |= UInt32(BACKPLANE_METHOD_IDEMPOTENT) }
        if method.isAsync { flags |= UInt32(BACKPLANE_METHOD_ASYNC) }
        unsafe backplane_plugin_set_method(
            descriptor, UInt32(index), flags, method.name, method.summary, method.resultType,
            UInt32(method.parameters.count))
        for (position, parameter) in method.parameters.enumerated() {
            unsafe backplane_plugin_set_parameter(
                descriptor, UInt32(index), UInt32(position), parameter.name, parameter.type)
        }
    }
    return UnsafeRawPointer(descriptor)
}

/// What this image was built with and for.
private enum Build {
    static var compiler: String {
        #if compiler(>=6.5)
            "swift 6.5"
        #elseif compiler(>=6.4)
            "swift 6.4"
        #elseif compiler(>=6.3)
            "swift 6.3"
        #else
            "swift 6.2"
        #endif
    }

    static var target: String {
        #if arch(x86_64)
            "x86_64-linux"
        #elseif arch(arm64)
            "aarch64-linux"
        #else
            "unknown-linux"
        #endif
    }
}
