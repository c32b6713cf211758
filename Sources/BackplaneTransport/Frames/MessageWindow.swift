// SPDX-License-Identifier: Apache-2.0

/// How much may be sent that the other side has not consumed yet.
package struct MessageWindow: Sendable {
    /// So many messages may be on their way.
    package static let maximumCount = 256
    /// So many bytes may; a single message always may, whatever its size.
    package static let maximumBytes = 4 << 20
    /// The consumer tells of at least so many messages at a time, or of so many bytes.
    ///
    /// What it has not told of yet keeps no message back.
    package static let creditCount: UInt64 = 64
    /// The bytes of what it tells of at a time.
    package static let creditBytes = 64 << 10

    /// The sizes of what is on its way, as a ring; made with the first message.
    private var sizes: [Int] = []
    private var first = 0
    private var count = 0
    private var bytes = 0

    /// Makes a window with nothing in it.
    package init() {}

    /// Whether a message of any ordinary size would find room.
    package var hasRoom: Bool { count < Self.maximumCount && bytes < Self.maximumBytes }

    /// Takes room for a message; false when there is none.
    package mutating func reserve(_ size: Int) -> Bool {
        // So little may be what was consumed and not told of: a larger message would wait for ever.
        let mayBeConsumed = count < Self.creditCount && bytes < Self.creditBytes
        guard mayBeConsumed || (hasRoom && bytes + size <= Self.maximumBytes) else { return false }
        if sizes.isEmpty { sizes = Array(repeating: 0, count: Self.maximumCount) }
        sizes[(first + count) % Self.maximumCount] = size
        count += 1
        bytes += size
        return true
    }

    /// Gives back the room of the `count` oldest messages.
    package mutating func credit(_ consumed: UInt64) {
        for _ in 0..<min(Int(clamping: consumed), count) {
            bytes -= sizes[first]
            first = (first + 1) % Self.maximumCount
            count -= 1
        }
    }
}
