// SPDX-License-Identifier: Apache-2.0

internal import CLinux

/// What a process that is a host and nothing else gives up, and what it takes.
enum HostProcessRights {
    /// A program that embeds a host decides for itself; this is for our own.
    static func apply() {
        // A worker is a process of the same user: else it could attach to its host, or write into its
        // memory through /proc. It also dumps no core, which would hold what is in the memory of all.
        _ = clinux_set_dumpable(0)
        // Four descriptors for each worker: what is usual is used up by some hundred of them. Workers
        // get what was there before. A failure leaves it as it was, which a spawn then tells.
        _ = clinux_raise_open_files()
    }
}
