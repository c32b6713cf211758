// SPDX-License-Identifier: Apache-2.0

internal import CBackplane

extension SlotKind {
    /// What a plugin is told of where it runs: `BACKPLANE_SLOT_…`.
    var number: UInt32 {
        switch self {
        case .inProcess: UInt32(BACKPLANE_SLOT_IN_PROCESS)
        case .async: UInt32(BACKPLANE_SLOT_ASYNC)
        case .forked: UInt32(BACKPLANE_SLOT_FORKED)
        }
    }
}
