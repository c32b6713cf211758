// SPDX-License-Identifier: Apache-2.0

internal import BackplaneTransport

extension Payload {
    /// The arguments of a call by position: an array of items that are CBOR already.
    static func arguments(_ items: [Payload]) -> Payload {
        // Written out where it is called, never what somebody sent.
        precondition(items.count < 24, "a longer array has a longer head")
        var bytes: [UInt8] = [0x80 | UInt8(items.count)]
        for item in items {
            unsafe item.withBytes { unsafe bytes.append(contentsOf: $0) }
        }
        return Payload(bytes)
    }

    /// A text as a CBOR item.
    static func text(_ text: String) -> Payload {
        var bytes: [UInt8] = []
        let count = text.utf8.count
        switch count {
        case 0..<24: bytes.append(0x60 | UInt8(count))
        case 24..<256: bytes += [0x78, UInt8(count)]
        case 256..<65536: bytes += [0x79, UInt8(count >> 8), UInt8(count & 0xff)]
        default:
            bytes.append(0x7b)
            bytes += (0..<8).map { UInt8(truncatingIfNeeded: UInt64(count) >> (56 - 8 * $0)) }
        }
        bytes.append(contentsOf: text.utf8)
        return Payload(bytes)
    }
}
