// SPDX-License-Identifier: Apache-2.0

/// What was measured, beside the bounds that it has to keep.
struct Report {
    private(set) var rows: [Row] = []

    /// What could not be measured, and why, by section.
    private(set) var failures: [(section: String, reason: String)] = []

    /// The section that what is noted belongs to.
    private(set) var section = ""

    var isKept: Bool { failures.isEmpty && rows.allSatisfy(\.isKept) }

    /// What is noted from now on belongs to this section.
    mutating func begin(_ section: String) {
        self.section = section
    }

    /// Notes a measurement.
    mutating func add(_ name: String, _ value: Double, _ unit: String, atMost bound: Double? = nil)
    {
        add(name, value, unit, bound.map { .atMost($0) })
    }

    /// Notes a measurement with all that belongs to it.
    ///
    /// - Parameters:
    ///   - bound: What it has to keep; with a reference, what its ratio has to keep.
    ///   - reference: What it is compared with.
    ///   - placement: Where both sides ran.
    ///   - percentiles: In the same unit.
    mutating func add(
        _ name: String, _ value: Double, _ unit: String, _ bound: Row.Bound? = nil,
        reference: Row.Reference? = nil, placement: Placement? = nil,
        percentiles: Percentiles? = nil
    ) {
        rows.append(
            Row(
                section: section, name: name, value: value, unit: unit, bound: bound,
                reference: reference, placement: placement, percentiles: percentiles))
    }

    /// Notes that something could not be measured, which is as bad as a missed bound.
    mutating func fail(_ reason: String) {
        failures.append((section, reason))
    }
}
