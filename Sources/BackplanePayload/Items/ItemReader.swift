// SPDX-License-Identifier: Apache-2.0

/// Reads CBOR items (RFC 8949) one after the other from borrowed bytes.
///
/// Every length and count is checked against the bytes that are left before it is used. A reader
/// that has thrown is not to be used further.
package struct ItemReader: ~Escapable {
    /// All the bytes that items are read from.
    package let bytes: Span<UInt8>
    /// Where the next item starts.
    package var position: Int

    /// Makes a reader that starts at an offset.
    @_lifetime(copy bytes)
    package init(_ bytes: Span<UInt8>, at position: Int = 0) {
        self.bytes = bytes
        self.position = position
    }

    /// How many bytes are left.
    package var remaining: Int { bytes.count - position }

    /// Refuses bytes after the one item.
    package func expectEnd() throws(PayloadError) {
        if position != bytes.count {
            throw .malformed("\(remaining) bytes follow the item", at: position)
        }
    }

    /// The next byte, left where it is; nil at the end.
    @inline(__always)
    package func peek() -> UInt8? {
        position < bytes.count && position >= 0 ? bytes[position] : nil
    }

    /// Reads the head of the next item, a tag's too.
    @inline(__always)
    package mutating func head() throws(PayloadError) -> ItemHead {
        guard let first = peek() else { throw .truncated(at: position) }
        let info = first & 0x1f
        let major = MajorType(first: first)
        if info < 24 {
            position += 1
            return ItemHead(major: major, info: info, argument: UInt64(info))
        }
        return try longHead(major, info)
    }

    @inline(__always)
    private mutating func longHead(
        _ major: MajorType, _ info: UInt8
    ) throws(PayloadError) -> ItemHead {
        let start = position
        position += 1
        switch info {
        case 24...27:
            let argument = try argument(info)
            if major == .simple && info == 24 && argument < 32 {
                throw .malformed("a simple value is spelt in two bytes", at: start)
            }
            return ItemHead(major: major, info: info, argument: argument)
        case 31:
            switch major {
            case .bytes, .text, .array, .map, .simple:
                return ItemHead(major: major, info: info, argument: 0)
            case .unsigned, .negative, .tag:
                throw .malformed("an integer or tag is of indefinite length", at: start)
            }
        default:
            throw .malformed("there is a reserved kind of head", at: start)
        }
    }

    /// Reads the 1, 2, 4 or 8 bytes behind a first byte.
    @inline(__always)
    private mutating func argument(_ info: UInt8) throws(PayloadError) -> UInt64 {
        let start = position
        let count = 1 << Int(info - 24)
        guard start >= 0, remaining >= count else { throw .truncated(at: position) }
        position += count
        // SAFETY: so many bytes are left; any bits are an integer.
        switch count {
        case 1: return UInt64(bytes[start])
        case 2: return UInt64(unsafe load(UInt16.self, start).bigEndian)
        case 4: return UInt64(unsafe load(UInt32.self, start).bigEndian)
        default: return unsafe load(UInt64.self, start).bigEndian
        }
    }

    @unsafe
    @inline(__always)
    private func load<I: FixedWidthInteger & BitwiseCopyable>(_: I.Type, _ offset: Int) -> I {
        unsafe bytes.bytes.unsafeLoadUnaligned(fromByteOffset: offset, as: I.self)
    }

    /// Reads the head of the next item behind its tags.
    ///
    /// Tags are unwrapped but for those that change what the item is: typed arrays and bignums.
    @inline(__always)
    package mutating func item() throws(PayloadError) -> ItemHead {
        var head = try self.head()
        while head.major == .tag && !NumberLayout.isTypedArray(head.argument)
            && head.argument != 2 && head.argument != 3
        {
            head = try self.head()
        }
        return head
    }

    /// Takes a string's or byte string's content out of what is left.
    package mutating func take(_ count: UInt64) throws(PayloadError) -> Range<Int> {
        guard count <= UInt64(remaining) else { throw .truncated(at: position) }
        let start = position
        position += Int(count)
        return start..<position
    }

    /// Checks a container's count: each of its items takes a byte at least.
    package func count(
        of head: ItemHead, itemsEach: UInt64 = 1
    ) throws(PayloadError) -> Int {
        guard head.argument <= UInt64(remaining) / itemsEach else { throw .truncated(at: position) }
        return Int(head.argument)
    }

    /// Takes the break that ends an indefinite item, if it is next.
    package mutating func takeBreak() -> Bool {
        if peek() == 0xff {
            position += 1
            return true
        }
        return false
    }

    /// Takes null or undefined, if it is next, tagged or not.
    package mutating func takeNull() throws(PayloadError) -> Bool {
        guard let first = peek() else { throw .truncated(at: position) }
        if first == 0xf6 || first == 0xf7 {
            position += 1
            return true
        }
        guard first >> 5 == MajorType.tag.rawValue else { return false }
        let start = position
        if try item().isNull { return true }
        position = start
        return false
    }

    /// What comes next, for people; the reader stays where it is.
    package func found() -> String {
        var copy = ItemReader(bytes, at: position)
        do throws(PayloadError) {
            return try copy.item().description
        } catch {
            return "bytes that are not CBOR"
        }
    }
}
