// SPDX-License-Identifier: Apache-2.0

internal import Glibc

/// Makes frames of a byte stream, whatever the pieces it arrives in.
///
/// Small frames are cut out of one buffer; a large payload is read straight to where it will stay.
/// Nothing is believed: a claim beyond the limits is an error, after which the assembler is spent.
@safe
struct FrameAssembler: ~Copyable, @unchecked Sendable {
    // SAFETY: it cannot be copied and owns its memory alone, so who has it may hand it on.

    /// A frame with a payload from here on gets memory of its own to be read into.
    static let largePayload = 128 << 10
    /// Room for the largest frame that is not large.
    static let bufferSize = FrameHeader.size + FrameLimits.fields + largePayload + (32 << 10)

    @safe
    private struct Large {
        var header: FrameHeader
        var fields: [UInt8]
        var memory: UnsafeMutableRawBufferPointer
        var filled: Int
    }

    private let limits: FrameLimits
    // SAFETY: both are owned by the assembler and freed in deinit; `start...end` stays in bounds.
    private let buffer: UnsafeMutableRawBufferPointer
    private var large: Large?
    private var start = 0
    private var end = 0

    init(limits: FrameLimits) {
        self.limits = limits
        unsafe buffer = .allocate(byteCount: Self.bufferSize, alignment: 16)
    }

    deinit {
        unsafe buffer.deallocate()
        if let large = large { unsafe free(large.memory.baseAddress) }
    }

    /// Whether the stream would be torn if it ended here.
    var isInsideFrame: Bool { large != nil || start < end }

    /// Offers a place for the next bytes; `read` says how many it put there, or what went wrong (≤ 0).
    mutating func fill(_ read: (UnsafeMutableRawBufferPointer) -> Int) -> Int {
        if var partial = large {
            let rest = unsafe UnsafeMutableRawBufferPointer(
                rebasing: partial.memory[partial.filled...])
            let count = unsafe read(rest)
            partial.filled += max(0, min(count, rest.count))
            large = partial
            return count
        }
        if start == end {
            start = 0
            end = 0
        } else if end + Self.largePayload > Self.bufferSize, start > 0 {
            unsafe buffer.baseAddress?.copyMemory(
                from: buffer.baseAddress.unsafelyUnwrapped + start, byteCount: end - start)
            end -= start
            start = 0
        }
        let rest = unsafe UnsafeMutableRawBufferPointer(rebasing: buffer[end...])
        let count = unsafe read(rest)
        end += max(0, min(count, rest.count))
        return count
    }

    /// The next whole frame, or nothing until more bytes have come.
    mutating func next() throws(TransportError) -> Frame? {
        if let partial = large {
            guard unsafe partial.filled == partial.memory.count else { return nil }
            large = nil
            return partial.header.frame(
                fields: partial.fields, payload: unsafe Self.payload(owning: partial.memory))
        }
        let available = end - start
        guard available >= FrameHeader.size else { return nil }
        let header = try unsafe FrameHeader(
            Span(_unsafeElements: slice(0, available).bindMemory(to: UInt8.self)), limits: limits)
        let fieldsEnd = FrameHeader.size + header.fieldCount
        guard available >= fieldsEnd else { return nil }
        let fields = unsafe [UInt8](slice(FrameHeader.size, fieldsEnd))
        guard header.payloadCount < Self.largePayload else {
            try beginLarge(header, fields: fields, at: fieldsEnd, available: available)
            return try next()
        }
        let frameEnd = fieldsEnd + header.payloadCount
        guard available >= frameEnd else { return nil }
        let payload =
            header.payloadCount == 0
            ? Payload.empty
            : unsafe Payload(copying: UnsafeRawBufferPointer(slice(fieldsEnd, frameEnd)))
        start += frameEnd
        return header.frame(fields: fields, payload: payload)
    }

    private mutating func beginLarge(
        _ header: FrameHeader, fields: [UInt8], at offset: Int, available: Int
    ) throws(TransportError) {
        // malloc, because a claim that there is no memory for must not end the process.
        guard let base = unsafe malloc(header.payloadCount) else {
            throw TransportError(.system, "no memory for a payload of \(header.payloadCount) bytes")
        }
        let memory = unsafe UnsafeMutableRawBufferPointer(start: base, count: header.payloadCount)
        let here = min(available - offset, header.payloadCount)
        unsafe memory.copyMemory(from: UnsafeRawBufferPointer(slice(offset, offset + here)))
        start += offset + here
        large = unsafe Large(header: header, fields: fields, memory: memory, filled: here)
    }

    private func slice(_ from: Int, _ to: Int) -> UnsafeMutableRawBufferPointer {
        unsafe UnsafeMutableRawBufferPointer(rebasing: buffer[(start + from)..<(start + to)])
    }

    private static func payload(owning memory: UnsafeMutableRawBufferPointer) -> Payload {
        // SAFETY: nobody writes to it any more, and it is freed once, by the region.
        nonisolated(unsafe) let base = memory.baseAddress
        return Payload(
            region: unsafe PayloadRegion(UnsafeRawBufferPointer(memory)) { unsafe free(base) })
    }
}
