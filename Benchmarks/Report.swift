// SPDX-License-Identifier: Apache-2.0

/// What was measured, beside the bounds that it has to keep.
struct Report {
    /// One measurement.
    struct Row {
        let name: String
        let value: Double
        let unit: String
        /// The most that it may be; `nil` for a reference that is only shown.
        let bound: Double?

        var isKept: Bool { bound.map { value <= $0 } ?? true }
    }

    private(set) var rows: [Row] = []

    /// What could not be measured, and why.
    private(set) var failures: [String] = []

    var isKept: Bool { failures.isEmpty && rows.allSatisfy(\.isKept) }

    /// Notes a measurement.
    mutating func add(_ name: String, _ value: Double, _ unit: String, atMost bound: Double? = nil)
    {
        rows.append(Row(name: name, value: value, unit: unit, bound: bound))
    }

    /// Notes that something could not be measured, which is as bad as a missed bound.
    mutating func fail(_ reason: String) {
        failures.append(reason)
    }

    /// A table, a line for each measurement.
    var text: String {
        let width = rows.map(\.name.count).max() ?? 0
        let lines = rows.map { row in
            let name = row.name + String(repeating: " ", count: width - row.name.count)
            let bound =
                row.bound.map { "  (at most \(Self.short($0)): \(row.isKept ? "kept" : "MISSED"))" }
            return "\(name)  \(Self.short(row.value)) \(row.unit)\(bound ?? "")"
        }
        return (lines + failures.map { "FAILED \($0)" }).joined(separator: "\n")
    }

    private static func short(_ value: Double) -> String {
        let hundredths = (value * 100).rounded() / 100
        return "\(hundredths)"
    }
}
