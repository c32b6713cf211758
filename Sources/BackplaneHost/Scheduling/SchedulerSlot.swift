// SPDX-License-Identifier: Apache-2.0

/// Where a scheduler's tasks run, and how many at once.
///
/// A task that is a service's method runs in that service, whose slot has to be of this kind. Its own
/// workers may allow fewer at once.
public enum SchedulerSlot: Sendable, Hashable {
    /// In this process, one at a time.
    case inProcess

    /// On threads of this process, so many at once, at least one.
    case async(workers: Int)

    /// In processes of their own, so many at once, at least one; closures can't.
    case forked(workers: Int)

    /// The kind of slot that services of its tasks have.
    public var kind: SlotKind {
        switch self {
        case .inProcess: .inProcess
        case .async: .async
        case .forked: .forked
        }
    }

    /// How many run at once.
    public var workers: Int {
        switch self {
        case .inProcess: 1
        case .async(let workers), .forked(let workers): max(1, workers)
        }
    }
}
