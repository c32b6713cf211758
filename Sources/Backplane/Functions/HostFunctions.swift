// SPDX-License-Identifier: Apache-2.0

import CBackplane

/// The host's half of the extension `backplane.functions/1`.
///
/// SAFETY: the table lives as long as the image, and its functions may be called from any thread.
@safe
struct HostFunctions: @unchecked Sendable {
    private let host: HostTable
    private let raw: UnsafeRawPointer

    init?(of host: HostTable) {
        guard let raw = unsafe host.extension("backplane.functions/1") else { return nil }
        self.host = host
        unsafe self.raw = raw
    }

    /// Publishes a function; `nil` says that the host took it.
    func provide(
        _ name: String, number: UInt32, _ box: FunctionBox, isAsync: Bool
    ) -> BackplaneError.Code? {
        var name = name
        let code = name.withUTF8 { name in
            unsafe backplane_host_provide(
                host.raw, raw, characters(name), UInt64(name.count), number,
                FunctionBox.kind, isAsync ? nil : box.pointer, isAsync ? box.pointer : nil)
        }
        return code == 0 ? nil : BackplaneError.Code(number: code)
    }

    /// The cell of a method or a provided function; nothing where there is no direct way.
    func resolve(_ target: String) -> Cell? {
        var target = target
        return target.withUTF8 { target in
            unsafe Cell(
                backplane_host_resolve(host.raw, raw, characters(target), UInt64(target.count)))
        }
    }
}

extension FunctionBox {
    /// The ABI's word for a Swift `Any`.
    static let kind: UInt32 = 1
}
