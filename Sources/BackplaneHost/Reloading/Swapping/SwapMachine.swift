// SPDX-License-Identifier: Apache-2.0

/// Decides which step of a swap comes next, and what undoes one that failed.
///
/// Pure: the steps are taken elsewhere. What holds for every shape and every failure:
/// - until `switchOver`, a failure leaves the old generation in charge;
/// - calls wait only between `hold` and `switchOver`, or what undoes it;
/// - the old generation is stopped before `switchOver` only when the shape says `replaces`.
struct SwapMachine: Sendable {
    /// What kind of a swap it is.
    struct Shape: Sendable, Equatable {
        /// There is a generation in charge.
        var hasOld = true
        /// The candidate takes up a state: the old generation's, or one that is there.
        var carriesState = false
        /// The old generation is stopped before the new one is made.
        var replaces = false
        /// The candidate runs in a process that may die, before anything else happens.
        var rehearses = true

        /// The steps, in order.
        fileprivate var steps: [SwapStep] {
            let replaces = replaces && hasOld
            var steps: [SwapStep] = rehearses ? [.rehearse] : []
            if !replaces { steps.append(.create) }
            if hasOld && (carriesState || replaces) { steps += [.hold, .drain] }
            if hasOld && carriesState { steps.append(.save) }
            if carriesState && rehearses { steps.append(.check) }
            if replaces { steps += [.stopOld, .create] }
            if carriesState { steps.append(.restore) }
            return steps + [.start, .switchOver]
        }
    }

    private(set) var shape: Shape
    private var steps: [SwapStep]
    private var taken = 0

    init(_ shape: Shape) {
        self.shape = shape
        steps = shape.steps
    }

    /// Changes what lies ahead, during the rehearsal: only then it is known.
    mutating func reshape(_ change: (inout Shape) -> Void) {
        change(&shape)
        steps = shape.steps
    }

    /// The next step; `nil` once the candidate is in charge.
    var next: SwapStep? { taken < steps.count ? steps[taken] : nil }

    /// Notes that the next step was taken.
    mutating func advance() {
        taken += 1
    }

    /// What is to be undone when the next step fails, in this order.
    var undoing: [SwapStep.Undoing] {
        let begun = steps.prefix(taken + 1)
        guard !begun.contains(.switchOver) else { return [] }
        var undoing: [SwapStep.Undoing] = []
        if begun.contains(.create) { undoing.append(.dropCandidate) }
        if begun.contains(.stopOld) {
            undoing.append(.bringBack)
        } else if begun.contains(.hold) {
            undoing.append(.release)
        }
        return undoing
    }
}
