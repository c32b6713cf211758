// SPDX-License-Identifier: Apache-2.0

/// The fixed part of a frame in a ring, and its codec; six words of 8 bytes, lowest byte first.
///
/// | bytes | what |
/// |---|---|
/// | `[0]` | kind u8 |
/// | `[1]` | form u8: where the payload is |
/// | `[2..<4]` | lease u16: the index of a lent buffer |
/// | `[4..<8]` | code u32 |
/// | `[8..<16]`, `[16..<24]` | number u64, argument u64 |
/// | `[24..<28]` | bytes of fields u32 |
/// | `[28..<32]` | generation u32 of the lent buffer |
/// | `[32..<40]` | bytes of payload u64 |
/// | `[40..<48]` | offset u64 of the lent buffer in the pool |
///
/// Then come the fields, then a payload that is inline. A record is a whole number of lines.
struct FrameRecord: Equatable {
    /// Where a frame's payload is.
    enum Form: UInt8 {
        /// Behind the fields.
        case inline = 0
        /// In the sender's pool, lent until it is given back.
        case lent = 1
        /// In the records that follow, all of them chunks.
        case chunked = 2
        /// A chunk, for the frame that came last.
        case chunk = 3
        /// Lines that nobody reads, up to the end of the ring.
        case filler = 4
        /// In the receiver's own pool: in a buffer, or a part of one, that it has lent to the sender.
        case returned = 5
    }

    static let size = 48
    /// Payloads up to here are copied into the ring.
    static let inlineLimit = 16 << 10
    /// The largest payload of a chunk.
    static let chunkLimit = 64 << 10

    var kind: UInt8
    var form: Form
    var lease: UInt16 = 0
    var code: UInt32 = 0
    var number: UInt64 = 0
    var argument: UInt64 = 0
    var fieldCount: Int = 0
    var generation: UInt32 = 0
    var payloadCount: Int = 0
    var offset: UInt64 = 0

    /// How many lines it takes.
    @inline(__always)
    var lines: Int {
        let inline = form == .inline || form == .chunk ? payloadCount : 0
        return (Self.size + fieldCount + inline + RegionLayout.line - 1) / RegionLayout.line
    }

    /// The six words.
    var words: (UInt64, UInt64, UInt64, UInt64, UInt64, UInt64) {
        (
            UInt64(kind) | UInt64(form.rawValue) << 8 | UInt64(lease) << 16 | UInt64(code) << 32,
            number, argument,
            UInt64(UInt32(truncatingIfNeeded: fieldCount))
                | UInt64(generation) << 32, UInt64(payloadCount), offset
        )
    }
}

extension FrameRecord {
    /// Reads six words, each of them a claim.
    ///
    /// - Parameters:
    ///   - available: How many lines were published from here on.
    ///   - toEnd: How many lines there are to the end of the ring.
    ///   - poolBytes: The size of the sender's pool.
    /// - Throws: `.malformed`, with what is wrong.
    init(
        words: (UInt64, UInt64, UInt64, UInt64, UInt64, UInt64), available: UInt64,
        toEnd: UInt64, limits: FrameLimits, poolBytes: Int
    ) throws(TransportError) {
        guard let form = Form(rawValue: UInt8(truncatingIfNeeded: words.0 >> 8)) else {
            throw .malformed("a frame's payload is in no place that there is")
        }
        let fieldCount = words.3 & 0xffff_ffff
        guard fieldCount <= UInt64(FrameLimits.fields) else {
            throw .malformed("a frame claims \(fieldCount) bytes of fields")
        }
        let most =
            switch form {
            case .inline: UInt64(Self.inlineLimit)
            case .chunk: UInt64(Self.chunkLimit)
            case .lent, .chunked, .returned: UInt64(limits.payload)
            case .filler: UInt64(0)
            }
        guard words.4 <= most else {
            throw .malformed(
                "a frame claims a payload of \(words.4) bytes; \(most) are allowed there")
        }
        if form == .lent {
            guard words.5 <= UInt64(poolBytes), words.4 <= UInt64(poolBytes) - words.5,
                (words.0 >> 16) & 0xffff < UInt64(RegionLayout.leases)
            else { throw .malformed("a frame names a buffer that there is not") }
        }
        // What the buffer is, the receiver's own pool knows.
        if form == .returned, (words.0 >> 16) & 0xffff >= UInt64(RegionLayout.leases) {
            throw .malformed("a frame names a buffer that there is not")
        }
        self.init(
            kind: UInt8(truncatingIfNeeded: words.0), form: form,
            lease: UInt16(truncatingIfNeeded: words.0 >> 16),
            code: UInt32(truncatingIfNeeded: words.0 >> 32), number: words.1, argument: words.2,
            fieldCount: Int(fieldCount), generation: UInt32(truncatingIfNeeded: words.3 >> 32),
            payloadCount: Int(words.4), offset: words.5)
        // A filler makes room for what was published with it.
        guard form != .filler || available > toEnd else {
            throw .malformed("nothing follows lines that nobody reads")
        }
        let needed = form == .filler ? toEnd : UInt64(lines)
        guard needed <= available, needed <= toEnd else {
            throw .malformed("a frame is longer than what was published")
        }
    }
}

extension TransportError {
    static func malformed(_ words: String) -> TransportError {
        TransportError(.malformed, words)
    }
}
