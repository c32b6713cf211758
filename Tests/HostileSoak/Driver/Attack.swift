// SPDX-License-Identifier: Apache-2.0

/// What a worker may do to its host; the methods of the fixture `hostile`.
public enum Attack: String, Sendable, CaseIterable {
    case scribble
    case headBeyond = "head-beyond"
    case headBackwards = "head-backwards"
    case unknownKind = "unknown-kind"
    case hostsKind = "hosts-kind"
    case noSuchCall = "no-such-call"
    case messageOfNoCall = "message-of-no-call"
    case unknownForm = "unknown-form"
    case longPayload = "long-payload"
    case longFields = "long-fields"
    case beyondPool = "beyond-pool"
    case noSuchBuffer = "no-such-buffer"
    case strayChunk = "stray-chunk"
    case frameAmidChunks = "frame-amid-chunks"
    case tooMuchInChunks = "too-much-in-chunks"
    case fillers
    case halfAFrame = "half-a-frame"
    case halfAFrameAndExit = "half-a-frame-and-exit"
    case halfAPayload = "half-a-payload"
    case halfAPayloadAndExit = "half-a-payload-and-exit"
    case floodEventfd = "flood-eventfd"
    case floodBell = "flood-bell"
    case floodFrames = "flood-frames"
    case alwaysAsleep = "always-asleep"
    case manyLookers = "many-lookers"
    case tailBeyond = "tail-beyond"
    case tailBackwards = "tail-backwards"
    case takenTooMany = "taken-too-many"
    case keepBuffers = "keep-buffers"
    case releaseAll = "release-all"
    case closeEventfd = "close-eventfd"
    case blockEventfd = "block-eventfd"

    /// What the host sees of it.
    public enum Effect: Sendable {
        /// A breach of the protocol, for which the worker is killed at once.
        case breach
        /// A worker that has gone by itself.
        case exit
        /// A call that does not end, as it hurts nobody but the worker: killed at the deadline.
        case overrun
    }

    /// How long its call may go on; wake-ups for nothing are counted by the second.
    var patience: Duration { self == .floodEventfd ? .seconds(3) : .milliseconds(300) }

    /// What the host has to see of it.
    public var effect: Effect {
        switch self {
        case .halfAFrameAndExit, .halfAPayloadAndExit: .exit
        case .halfAPayload, .floodBell, .alwaysAsleep, .manyLookers, .tailBeyond,
            .tailBackwards, .takenTooMany, .keepBuffers, .releaseAll, .closeEventfd,
            .blockEventfd:
            .overrun
        default: .breach
        }
    }
}
