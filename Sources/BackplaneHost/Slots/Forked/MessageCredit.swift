// SPDX-License-Identifier: Apache-2.0

internal import BackplaneTransport

/// Counts the messages that were passed on, until there are enough to tell their sender of the room.
///
/// One frame for each message would cost as much as the message. Who waits for room never waits for
/// the rest that is not told of: it always leaves room for one more.
struct MessageCredit {
    private var count: UInt64 = 0
    private var bytes = 0

    /// Counts a message.
    ///
    /// - Returns: How many to tell of now; mostly none.
    mutating func add(_ size: Int) -> UInt64 {
        count += 1
        bytes += size
        guard count >= MessageWindow.creditCount || bytes >= MessageWindow.creditBytes else {
            return 0
        }
        defer { self = MessageCredit() }
        return count
    }
}
