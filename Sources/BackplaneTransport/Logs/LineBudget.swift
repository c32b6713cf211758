// SPDX-License-Identifier: Apache-2.0

/// How many lines one worker may log in a second; the rest is dropped and counted.
struct LineBudget {
    static let linesPerSecond = 2000

    private var second: UInt64 = 0
    private var used = 0
    private var dropped = 0

    /// The lines to keep, and how many were dropped since the last ones were kept.
    mutating func admit(_ lines: [String], now: UInt64) -> (lines: [String], dropped: Int) {
        let second = now / 1_000_000_000
        if second != self.second {
            self.second = second
            used = 0
        }
        let room = max(0, Self.linesPerSecond - used)
        let kept = Array(lines.prefix(room))
        used += kept.count
        dropped += lines.count - kept.count
        guard !kept.isEmpty || lines.isEmpty else { return ([], 0) }
        defer { dropped = 0 }
        return (kept, dropped)
    }
}
