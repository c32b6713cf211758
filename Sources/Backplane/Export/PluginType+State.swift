// SPDX-License-Identifier: Apache-2.0

import CBackplane

extension PluginType {
    /// The table of "backplane.state/1" for a type: which versions of its state it gives and takes.
    ///
    /// - Returns: The address of immortal memory; 0 for a type without state.
    static func stateTable<P: Plugin>(of type: P.Type) -> UInt {
        guard let type = type as? any StatefulPlugin.Type else { return 0 }
        return makeTable(type)
    }

    private static func makeTable<P: StatefulPlugin>(_ type: P.Type) -> UInt {
        // Numbers that the ABI can't say become ones that the host refuses in words.
        let (reads, writes) = (P.readsStateVersions, P.writesStateVersions)
        let table = unsafe backplane_plugin_state_make(
            UInt32(clamping: P.stateVersion), UInt32(clamping: reads.lowerBound),
            UInt32(clamping: reads.upperBound), UInt32(clamping: writes.lowerBound),
            UInt32(clamping: writes.upperBound)
        ) { handle, version, call in
            guard let instance = unsafe Instance.of(handle), let call = unsafe CallPointer(call)
            else { return }
            instance.save(as: Int(version), call)
        }
        return UInt(bitPattern: table)
    }
}
