// SPDX-License-Identifier: Apache-2.0

import Synchronization

/// Memory that a result or arguments were encoded in, for the next ones.
///
/// They are written once and copied at once: to have memory for them given and taken back each time costs
/// as much as the writing.
enum EncodingMemory {
    /// More than this is not kept.
    private static let largest = 16 << 10

    private static let spare = Mutex<[UInt8]?>(nil)

    /// Has some from the start.
    static func warmUp() {
        var memory: [UInt8] = []
        memory.reserveCapacity(64)
        keep(memory)
    }

    /// Takes the memory, which has no content, or new one where there is none or somebody else is at it: to wait
    /// would take longer.
    static func take() -> [UInt8] {
        if let memory = spare.withLockIfAvailable({ $0.take() }) ?? nil { return memory }
        var memory: [UInt8] = []
        memory.reserveCapacity(64)
        return memory
    }

    /// Keeps memory that nobody else has, whatever is in it.
    static func keep(_ memory: consuming [UInt8]) {
        guard memory.capacity <= largest else { return }
        memory.removeAll(keepingCapacity: true)
        // What was there is let go of outside of the lock.
        var kept = Optional(memory)
        spare.withLockIfAvailable { swap(&$0, &kept) }
    }
}
