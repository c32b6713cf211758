// SPDX-License-Identifier: Apache-2.0

/// How far a call has come.
///
/// Flags that are only ever set, so that each is set exactly once.
struct CallPhase: OptionSet, Sendable {
    let rawValue: UInt32

    /// The flags by position: no two can have the same.
    private enum Flag: UInt32 {
        case started, delivered, finished, settled, hasTraffic, closed, inline, blocked, returned
    }

    init(rawValue: UInt32) {
        self.rawValue = rawValue
    }

    private init(_ flag: Flag) {
        rawValue = 1 << flag.rawValue
    }

    /// The plugin was handed the call: something may have run.
    static let started = CallPhase(.started)
    /// A message or request of it was delivered: it may not be retried.
    static let delivered = CallPhase(.delivered)
    /// Its caller has its outcome.
    static let finished = CallPhase(.finished)
    /// Its slot is rid of it: the plugin completed it, or never had it, or is dead.
    static let settled = CallPhase(.settled)
    /// It has traffic, which is to hear of the end before the caller does.
    static let hasTraffic = CallPhase(.hasTraffic)
    /// Its method sends and asks nothing any more, and runs on.
    static let closed = CallPhase(.closed)
    /// It runs, or began to run, on its caller's thread and in its caller's task.
    static let inline = CallPhase(.inline)
    /// A thread waits for it at its worker's channel, and is to be told of an end that comes on another
    /// way.
    static let blocked = CallPhase(.blocked)
    /// The plugin gave the call back: it ended it itself.
    static let returned = CallPhase(.returned)
}
