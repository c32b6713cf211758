// SPDX-License-Identifier: Apache-2.0

extension ItemWriter {
    /// Begins a container whose count is known only later.
    ///
    /// One byte is kept free for its head, which is enough for up to 23 items.
    /// - Returns: Where it begins, for ``closeContainer(_:_:count:)``.
    package mutating func openContainer() -> Int {
        bytes.append(0)
        return bytes.count - 1
    }

    /// Writes the head of a container that was begun, moving its content if the head is longer.
    package mutating func closeContainer(_ start: Int, _ major: MajorType, count: Int) {
        closeContainer(start, reserved: 1, major, count: count)
    }

    /// Writes a head over bytes that were kept free for it.
    mutating func closeContainer(_ start: Int, reserved: Int, _ major: MajorType, count: Int) {
        if reserved == 1 && count < 24 {
            bytes[start] = major.rawValue << 5 | UInt8(truncatingIfNeeded: count)
            return
        }
        var head = ItemWriter()
        head.head(major, UInt64(count))
        bytes.replaceSubrange(start..<start + reserved, with: head.bytes)
    }

    /// Drops everything from a place on.
    package mutating func truncate(to count: Int) {
        bytes.removeLast(bytes.count - count)
    }
}
