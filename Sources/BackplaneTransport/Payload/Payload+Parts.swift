// SPDX-License-Identifier: Apache-2.0

/// Payloads that share the memory of others.
extension Payload {
    /// Payloads up to here are copied wherever they go; larger ones may be kept where they lie.
    package static let copiedSize = FrameRecord.inlineLimit

    /// Keeps an array where it is.
    private final class HeldArray: Sendable {
        let bytes: [UInt8]
        init(_ bytes: [UInt8]) { self.bytes = bytes }
    }

    /// The payload that lies in a part of this one's bytes.
    ///
    /// - Parameter part: As `withBytes` lends them, or some of that.
    package func part(_ part: UnsafeRawBufferPointer) -> Payload {
        let region: PayloadRegion
        switch backing {
        case .region(let whole): region = unsafe PayloadRegion(part, keeping: whole)
        case .array(let bytes):
            // SAFETY: an array's bytes stay where they are while somebody has it and nobody can
            // change it.
            region = unsafe PayloadRegion(part, keeping: HeldArray(bytes))
        }
        return Payload(region: region)
    }

    /// What keeps its bytes, if they are not in an array.
    package var region: PayloadRegion? {
        if case .region(let region) = backing { region } else { nil }
    }

    /// Whether it was built in that pool, so that sending it there copies nothing.
    package func isBuilt(in pool: BufferPool) -> Bool {
        guard case .region(let region) = backing else { return false }
        return region.origin?.isPart(of: pool) ?? false
    }

    /// What it is called in the memory of the other side, if that has lent it.
    func loan(of memory: SharedRegion) -> PayloadPool.Lease? {
        guard case .region(let region) = backing, let loan = region.loan, loan.memory === memory
        else { return nil }
        return loan.lease
    }

    /// Where in a pool it lies, if it was built there.
    func place(in pool: BufferPool) -> PayloadPool.Lease? {
        guard case .region(let region) = backing, let buffer = region.origin,
            let lease = buffer.lease(in: pool), let start = unsafe region.buffer.baseAddress,
            let base = unsafe buffer.memory.baseAddress
        else { return nil }
        return PayloadPool.Lease(
            index: lease.index, generation: lease.generation,
            offset: lease.offset + (unsafe start - UnsafeRawPointer(base)))
    }
}
