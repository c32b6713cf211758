// SPDX-License-Identifier: Apache-2.0

/// A frame as it lies in the other side's memory, for as long as `RingReceiver.next` lends it.
///
/// Its numbers were read once and checked; its bytes may still change under a hostile peer's hands, so
/// they are copied before anybody looks at them.
@safe
public struct IncomingFrame: ~Copyable {
    /// What it says; see `Frame`.
    public let kind: FrameKind
    /// What it is about.
    public let number: UInt64
    /// A second number.
    public let argument: UInt64
    /// A code, flags, or a small number.
    public let code: UInt32

    // SAFETY: memory of the ring, which its writer does not get back before `next` returns.
    let fieldBytes: UnsafeRawBufferPointer
    let body: Body

    @safe
    enum Body {
        case inline(UnsafeRawBufferPointer)
        case whole(Payload)
    }

    /// How many bytes its payload has.
    public var payloadCount: Int {
        switch body {
        case .inline(let bytes): bytes.count
        case .whole(let payload): payload.count
        }
    }

    /// Whether its payload lies in the ring.
    package var isInline: Bool {
        if case .inline = body { true } else { false }
    }

    /// Its words, copied.
    public var fields: [UInt8] { unsafe [UInt8](fieldBytes) }

    /// Its payload, copied unless it lies in memory of its own.
    public var payload: Payload {
        switch body {
        case .inline(let bytes): unsafe bytes.isEmpty ? .empty : Payload(copying: bytes)
        case .whole(let payload): payload
        }
    }

    /// The largest payload that lies in the ring.
    package static var inlineLimit: Int { FrameRecord.inlineLimit }

    /// Copies the payload to memory that has room for it: for `payloadCount` bytes, which may be up to
    /// `inlineLimit`.
    ///
    /// - Returns: How many bytes there were; nothing for a large payload, which has memory of its own.
    package func copyPayload(to memory: UnsafeMutableRawBufferPointer) -> Int? {
        guard case .inline(let payload) = body else { return nil }
        unsafe memory.copyMemory(from: payload)
        return payload.count
    }

    /// All of it, copied.
    public var frame: Frame {
        Frame(
            kind, number: number, argument: argument, code: code, fields: fields, payload: payload)
    }
}
