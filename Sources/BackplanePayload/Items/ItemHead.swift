// SPDX-License-Identifier: Apache-2.0

/// The kind of a CBOR item: the upper three bits of its first byte.
package enum MajorType: UInt8, Sendable {
    case unsigned, negative, bytes, text, array, map, tag, simple

    /// The kind that the upper three bits of a first byte stand for.
    @inline(__always)
    init(first: UInt8) {
        // SAFETY: the eight cases are numbered, and laid out, 0…7; three bits are no more.
        self = unsafe unsafeBitCast(first >> 5, to: MajorType.self)
    }
}

/// The first bytes of an item: its kind and its number, length or count.
package struct ItemHead: Sendable {
    /// What the item is.
    package let major: MajorType
    /// The lower five bits of the first byte: 0…23, 24…27, or 31 for "indefinite".
    package let info: UInt8
    /// The value that `info` stands for or announces; 0 if indefinite.
    package let argument: UInt64

    /// True for strings and containers that end with a break instead of having a length.
    package var isIndefinite: Bool { info == 31 }

    /// True for the byte that ends an indefinite item.
    package var isBreak: Bool { info == 31 && major == .simple }

    /// True for the tag of a typed array.
    package var isTypedArray: Bool { major == .tag && NumberLayout.isTypedArray(argument) }

    /// True for null and undefined.
    package var isNull: Bool { major == .simple && (info == 22 || info == 23) }

    /// What the item is, for people.
    package var description: String {
        switch major {
        case .unsigned, .negative: "an integer"
        case .bytes: "bytes"
        case .text: "a string"
        case .array: "an array"
        case .map: "a map"
        case .tag: argument == 2 || argument == 3 ? "an integer" : "an array of numbers"
        case .simple:
            switch info {
            case 20, 21: "true or false"
            case 22, 23: "null"
            case 25, 26, 27: "a floating-point number"
            case 31: "the end of its container"
            default: "a simple value without meaning"
            }
        }
    }
}
