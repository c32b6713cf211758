// SPDX-License-Identifier: Apache-2.0

/// The fixed part of a frame on a byte stream, and its codec.
///
/// Little-endian: `[0 kind u8][1..<4 zero][4..<8 code u32][8..<16 number u64][16..<24 argument u64]
/// [24..<28 bytes of fields u32][28..<32 zero][32..<40 bytes of payload u64]`, then the fields, then
/// the payload.
struct FrameHeader: Equatable {
    static let size = 40

    var kind: FrameKind
    var code: UInt32
    var number: UInt64
    var argument: UInt64
    var fieldCount: Int
    var payloadCount: Int

    init(_ frame: Frame) {
        kind = frame.kind
        code = frame.code
        number = frame.number
        argument = frame.argument
        fieldCount = frame.fields.count
        payloadCount = frame.payload.count
    }

    /// Reads a header; everything in it is a claim.
    init(_ bytes: borrowing Span<UInt8>, limits: FrameLimits) throws(TransportError) {
        guard bytes.count >= Self.size else {
            throw TransportError(.malformed, "a frame's header is cut short")
        }
        guard let kind = FrameKind(rawValue: bytes[0]) else {
            throw TransportError(.malformed, "a frame is of unknown kind \(bytes[0])")
        }
        guard bytes[1] == 0, bytes[2] == 0, bytes[3] == 0, bytes.little(28, 4) == 0 else {
            throw TransportError(.malformed, "a frame's reserved bytes are not zero")
        }
        let fieldCount = bytes.little(24, 4)
        guard fieldCount <= UInt64(FrameLimits.fields) else {
            throw TransportError(.malformed, "a frame claims \(fieldCount) bytes of fields")
        }
        let payloadCount = bytes.little(32, 8)
        guard payloadCount <= UInt64(limits.payload) else {
            throw TransportError(
                .malformed,
                "a frame claims a payload of \(payloadCount) bytes; \(limits.payload) are allowed")
        }
        self.kind = kind
        self.code = UInt32(truncatingIfNeeded: bytes.little(4, 4))
        self.number = bytes.little(8, 8)
        self.argument = bytes.little(16, 8)
        self.fieldCount = Int(fieldCount)
        self.payloadCount = Int(payloadCount)
    }

    func write(to bytes: inout [UInt8]) {
        bytes.append(kind.rawValue)
        bytes.append(contentsOf: [0, 0, 0])
        bytes.appendLittle(code)
        bytes.appendLittle(number)
        bytes.appendLittle(argument)
        bytes.appendLittle(UInt32(fieldCount))
        bytes.appendLittle(UInt32(0))
        bytes.appendLittle(UInt64(payloadCount))
    }

    func frame(fields: [UInt8], payload: Payload) -> Frame {
        Frame(
            kind, number: number, argument: argument, code: code, fields: fields, payload: payload)
    }
}

extension Span<UInt8> {
    /// The unsigned number in `count` bytes from `offset`; the caller has checked the bounds.
    func little(_ offset: Int, _ count: Int) -> UInt64 {
        var value: UInt64 = 0
        for index in 0..<count { value |= UInt64(self[offset + index]) << UInt64(8 * index) }
        return value
    }
}

extension [UInt8] {
    /// Appends a number, lowest byte first.
    mutating func appendLittle<Number: FixedWidthInteger>(_ number: Number) {
        for shift in stride(from: 0, to: Number.bitWidth, by: 8) {
            append(UInt8(truncatingIfNeeded: number >> Number(shift)))
        }
    }
}
