// SPDX-License-Identifier: Apache-2.0

/// All that a worker inherits besides its standard streams, in the order in which it is passed on.
public struct WorkerDescriptors: Sendable, Hashable {
    /// Its end of the channel.
    public var channel: ChannelDescriptors
    /// Where what it prints goes.
    public var log: Int32

    /// Names them.
    public init(channel: ChannelDescriptors, log: Int32) {
        self.channel = channel
        self.log = log
    }

    /// Takes what came with a request; nothing when it is not what belongs to one.
    public init?(_ received: [Int32]) {
        guard received.count == Self.count else { return nil }
        channel = ChannelDescriptors(
            host: received[0], worker: received[1], eventfd: received[2])
        log = received[3]
    }

    /// How many there are.
    public static let count = 4

    /// All of them.
    public var all: [Int32] { channel.all + [log] }
}
