// SPDX-License-Identifier: Apache-2.0

/// A connection between a host and one worker that carries frames, in order, both ways.
///
/// Any thread may send and poll. The peer is trusted in nothing: what it sends is checked as far as
/// it can be without knowing what is outstanding, and a fault is an error that ends the channel.
public protocol Channel: AnyObject, Sendable {
    /// Sends frames, in order, all or none of them. Never waits for the peer.
    ///
    /// - Throws: `.tooLarge`, nothing was sent; `.closed`; `.system`.
    func send(_ frames: [Frame]) throws(TransportError)

    /// Hands over what has arrived, without waiting.
    ///
    /// `take` runs under the receiving side's lock: frames keep their order though several threads
    /// poll, and it must not poll itself. A thread that finds another at it gets `.nothing`.
    ///
    /// - Throws: `.malformed` once the peer broke the rules; the channel is of no more use.
    func poll(_ take: (borrowing [Frame]) -> Void) throws(TransportError) -> ChannelState

    /// Waits until something has arrived or the channel has ended, and hands it over like `poll`.
    func receive(_ take: (borrowing [Frame]) -> Void) throws(TransportError) -> ChannelState

    /// Waits until all that was sent has left this process, or for at most `nanoseconds`.
    func flush(nanoseconds: UInt64)

    /// How many bytes wait in this process to be sent; a sender of what can be spared looks here.
    var queuedBytes: Int { get }

    /// Ends the channel, both ways, and wakes who receives. What was not sent yet is dropped.
    func close()
}

/// What there was to receive.
public enum ChannelState: Sendable, Hashable {
    /// Frames, and perhaps more.
    case frames
    /// Nothing, for now.
    case nothing
    /// Nothing, for ever: the peer is gone, or the channel was closed here.
    case closed
}
