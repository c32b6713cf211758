// SPDX-License-Identifier: Apache-2.0

/// One thing that is measured.
protocol Benchmark {
    /// What it belongs to: sections can be measured alone.
    var section: String { get }

    /// Measures, and adds what comes of it.
    func run(into report: inout Report) async throws
}
