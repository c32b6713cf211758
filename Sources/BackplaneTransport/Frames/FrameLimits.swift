// SPDX-License-Identifier: Apache-2.0

/// The bounds that a frame keeps; more than them is a fault of the peer.
public struct FrameLimits: Sendable, Hashable {
    /// The most bytes of fields in a frame.
    public static let fields = 96 << 10
    /// The most bytes of one message or name that we put into fields; the rest is cut off.
    public static let words = 64 << 10

    /// The most bytes of one payload.
    public var payload: Int

    /// Makes limits; the default payload bound is 1 GiB.
    public init(payload: Int = 1 << 30) {
        self.payload = payload
    }
}
