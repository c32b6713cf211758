// SPDX-License-Identifier: Apache-2.0

/// What a host says to a frame of its worker.
public enum FrameVerdict: Sendable, Equatable {
    /// It was of use.
    case useful
    /// Nothing came of it, as with a message that was on its way when its call ended; so many
    /// without any that are of use are a flood.
    case idle
    /// The worker had no right to send it, for this reason.
    case breach(String)

    /// A breach when there are words for it.
    public init(_ fault: String?) {
        if let fault { self = .breach(fault) } else { self = .useful }
    }
}
