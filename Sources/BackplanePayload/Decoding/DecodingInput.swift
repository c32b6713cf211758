// SPDX-License-Identifier: Apache-2.0

/// The bytes that nested values are decoded from, borrowed for as long as the decoding takes.
///
/// A decoder or container that a type keeps for later finds no bytes there, and throws.
///
/// SAFETY: the pointer leaves only as a span that depends on this object; see ``bytes``.
@safe
final class DecodingInput {
    private var memory: UnsafeBufferPointer<UInt8>
    private let isOwned: Bool
    private var ends: ContainerEnds?

    /// Borrows memory until ``close()``.
    init(_ memory: UnsafeBufferPointer<UInt8>) {
        unsafe self.memory = memory
        isOwned = false
    }

    /// Owns a copy of bytes.
    init(copying bytes: [UInt8]) {
        // SAFETY: room for just these bytes, all of it initialised, given back in `deinit`.
        let copy = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: bytes.count)
        _ = unsafe copy.initialize(from: bytes)
        unsafe memory = UnsafeBufferPointer(copy)
        isOwned = true
    }

    deinit {
        if isOwned { unsafe memory.deallocate() }
    }

    /// The bytes; none once the decoding is over.
    var bytes: Span<UInt8> {
        @_lifetime(borrow self)
        get {
            // SAFETY: owned memory lives as long as this object. Borrowed memory lives until
            // `close`, which comes after all use: decoders are not Sendable, so nothing else runs.
            let span = unsafe memory.span
            return unsafe _overrideLifetime(span, borrowing: self)
        }
    }

    /// Gives borrowed memory back.
    func close() {
        if !isOwned { unsafe memory = UnsafeBufferPointer(start: nil, count: 0) }
    }

    /// Where the item at an offset ends.
    ///
    /// However often nested values are passed over, the whole is walked through only once more.
    func end(of offset: Int, depth: Int) throws(PayloadError) -> Int {
        var budget = ContainerEnds.threshold
        var reader = ItemReader(bytes, at: offset)
        if try reader.skip(depth: depth, budget: &budget) { return reader.position }
        if let end = ends?[offset] { return end }
        if ends == nil {
            let ends = try ContainerEnds(of: bytes)
            self.ends = ends
            if let end = ends[offset] { return end }
        }
        reader.position = offset
        try reader.skip(depth: depth)
        return reader.position
    }
}
