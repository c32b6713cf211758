// SPDX-License-Identifier: Apache-2.0

import BackplaneHost

/// What rehearsals of a configuration's plugins came to, as lines.
struct RehearsalSummary {
    /// One for each plugin that is refused.
    let errors: [String]
    /// One for each plugin of which a rehearsal can't tell.
    let warnings: [String]

    init(_ results: [(service: String, result: Result<RehearsalReport, CallError>)]) {
        var errors: [String] = []
        var warnings: [String] = []
        for (service, result) in results {
            switch result {
            case .failure(let error): errors.append("error: service '\(service)': \(error.message)")
            case .success(let report):
                guard let remark = report.remark else { continue }
                warnings.append("warning: service '\(service)': \(remark)")
            }
        }
        self.errors = errors
        self.warnings = warnings
    }
}
