// SPDX-License-Identifier: Apache-2.0

/// What memory that the other side has lent is called there, so that it can be sent back uncopied.
struct PayloadLoan: Sendable {
    /// The other side's memory.
    let memory: SharedRegion
    let lease: PayloadPool.Lease

    /// The same loan, for a part of what was lent.
    func part(_ part: UnsafeRawBufferPointer, of whole: UnsafeRawBufferPointer?) -> PayloadLoan? {
        guard let start = part.baseAddress, let base = unsafe whole?.baseAddress else {
            return nil
        }
        return PayloadLoan(
            memory: memory,
            lease: PayloadPool.Lease(
                index: lease.index, generation: lease.generation,
                offset: lease.offset + (unsafe start - base)))
    }
}
