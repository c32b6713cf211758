// SPDX-License-Identifier: Apache-2.0

/// How far a call has come.
///
/// Flags that are only ever set, so that each is set exactly once.
struct CallPhase: OptionSet, Sendable {
    let rawValue: UInt32

    /// The plugin was handed the call: something may have run.
    static let started = CallPhase(rawValue: 1 << 0)
    /// A message or request of it was delivered: it may not be retried.
    static let delivered = CallPhase(rawValue: 1 << 1)
    /// Its caller has its outcome.
    static let finished = CallPhase(rawValue: 1 << 2)
    /// Its slot is rid of it: the plugin completed it, or never had it, or is dead.
    static let settled = CallPhase(rawValue: 1 << 3)
    /// It has traffic, which is to hear of the end before the caller does.
    static let hasTraffic = CallPhase(rawValue: 1 << 4)
    /// Its method sends and asks nothing any more, and runs on.
    static let closed = CallPhase(rawValue: 1 << 7)
    /// It runs, or began to run, on its caller's thread and in its caller's task.
    static let inline = CallPhase(rawValue: 1 << 6)
    /// A thread waits for it at its worker's channel, and is to be told of an end that comes on another
    /// way.
    static let blocked = CallPhase(rawValue: 1 << 7)
    /// The plugin gave the call back: it ended it itself.
    static let returned = CallPhase(rawValue: 1 << 5)
}
