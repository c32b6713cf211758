// SPDX-License-Identifier: Apache-2.0

/// How much may be sent that the other side has not consumed yet.
struct MessageWindow {
    /// So many messages may be on their way.
    static let maximumCount = 64
    /// So many bytes may; a single message always may, whatever its size.
    static let maximumBytes = 4 << 20

    private var sizes: [Int] = []
    private var bytes = 0

    /// Whether a message of any ordinary size would find room.
    var hasRoom: Bool { sizes.count < Self.maximumCount && bytes < Self.maximumBytes }

    /// Takes room for a message; false when there is none.
    mutating func reserve(_ size: Int) -> Bool {
        guard sizes.isEmpty || (hasRoom && bytes + size <= Self.maximumBytes) else { return false }
        sizes.append(size)
        bytes += size
        return true
    }

    /// Gives back the room of the `count` oldest messages.
    mutating func credit(_ count: UInt64) {
        let consumed = sizes.prefix(Int(clamping: count))
        bytes -= consumed.reduce(0, +)
        sizes.removeFirst(consumed.count)
    }
}
