// SPDX-License-Identifier: Apache-2.0

import BackplanePayload

/// A plugin's type with the type left out: what the ABI's functions need of it.
final class PluginType: Sendable {
    /// An instance, with its methods tied to it.
    ///
    /// An object, because each call looks at it, and to copy what refers to any plugin costs a part of one.
    final class Made: Sendable {
        let plugin: any Plugin
        let bodies: [FunctionBody]

        init(plugin: any Plugin, bodies: [FunctionBody]) {
            self.plugin = plugin
            self.bodies = bodies
        }
    }

    let make: @Sendable (Comm) async throws -> Made
    let preload: @Sendable () throws -> Void
    /// The address of its table of "backplane.state/1", or 0.
    let stateTable: UInt

    init<P: Plugin>(_ type: P.Type, making made: @escaping @Sendable (Comm) async throws -> P) {
        make = { comm in
            let plugin = try await made(comm)
            return Made(plugin: plugin, bodies: P.manifest.methods.map { $0.bind(plugin) })
        }
        preload = {
            Self.warmUp()
            try P.preload()
        }
        stateTable = Self.stateTable(of: type)
    }

    /// Has the runtime look up what every instance needs: in a worker it takes longer than the fork.
    private static func warmUp() {
        RunningCalls.warmUp()
        EncodingMemory.warmUp()
        _ = RunningCall.active
        unsafe withUnsafeCurrentTask { _ in }
        CBOR.warmUp()
    }

    /// The descriptor's context: it stays for as long as the image.
    func makeImmortal() -> UnsafeMutableRawPointer {
        unsafe Unmanaged.passRetained(self).toOpaque()
    }

    /// The type that a descriptor was made for.
    static func of(context: UnsafeMutableRawPointer) -> PluginType {
        // SAFETY: the context is what `makeImmortal` gave.
        unsafe Unmanaged<PluginType>.fromOpaque(context).takeUnretainedValue()
    }
}
