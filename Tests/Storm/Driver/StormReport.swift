// SPDX-License-Identifier: Apache-2.0

/// What came of a storm.
public struct StormReport: Sendable, CustomStringConvertible {
    /// Calls that ended with the right result.
    public var right = 0
    /// Those of them that streamed.
    public var streamed = 0
    /// Those of them that went through several services.
    public var nested = 0
    /// Those of them that ran for a while.
    public var long = 0
    /// Calls that ended with an error, or with a wrong result.
    public var failed = 0
    /// Calls without an outcome.
    public var lost = 0
    /// Outcomes of calls that had one.
    public var doubled = 0
    /// Answers of a generation that was known to be replaced when the call began.
    public var stale = 0
    /// Generations whose answers were of another build than theirs.
    public var mistaken = 0
    /// Plugins replaced.
    public var replaced = 0
    /// What was wrong, the first times.
    public var faults: [String] = []
    /// Milliseconds from a file's replacement to the word that its build is in charge.
    public var switches: [Double] = []

    /// Whether all was as it has to be.
    public var isClean: Bool {
        faults.isEmpty && failed + lost + doubled + stale + mistaken == 0 && right > 0
    }

    /// The counts, and what was wrong.
    public var description: String {
        let sorted = switches.sorted()
        let half = sorted.isEmpty ? 0 : sorted[sorted.count / 2].rounded()
        let worst = (sorted.last ?? 0).rounded()
        return
            ([
                "\(right) calls right (\(long) long, \(streamed) streaming, \(nested) nested), "
                    + "\(failed) failed, \(lost) lost, \(doubled) answered twice, \(stale) stale, "
                    + "\(mistaken) of another build; \(replaced) replaced, p50 \(half) ms, "
                    + "worst \(worst) ms"
            ] + faults.map { "  \($0)" }).joined(separator: "\n")
    }

    /// Notes what was wrong, unless enough is known.
    mutating func note(_ fault: String) {
        if faults.count < 20 { faults.append(fault) }
    }

    /// Adds another report's numbers.
    mutating func add(_ other: StormReport) {
        right += other.right
        streamed += other.streamed
        nested += other.nested
        long += other.long
        failed += other.failed
        lost += other.lost
        doubled += other.doubled
        stale += other.stale
        mistaken += other.mistaken
        replaced += other.replaced
        switches += other.switches
        for fault in other.faults { note(fault) }
    }
}
