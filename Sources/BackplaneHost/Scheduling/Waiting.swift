// SPDX-License-Identifier: Apache-2.0

/// Whether the end of a run waits for what still runs; what has not begun is cancelled in any case.
public enum Waiting: Sendable, Hashable {
    /// Until it has ended by itself: a call at its deadline at the latest.
    case forRunning

    /// So long; then it is cancelled.
    case atMost(Duration)

    /// Not at all: it is cancelled.
    case forNothing
}

extension Waiting: ExpressibleByBooleanLiteral {
    /// `true` waits for what runs, `false` for nothing.
    public init(booleanLiteral value: Bool) {
        self = value ? .forRunning : .forNothing
    }
}
