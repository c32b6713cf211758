// SPDX-License-Identifier: Apache-2.0

import BackplaneHost

/// What `backplane reload` says of a reload.
struct ReloadLines {
    /// The plan, then what came of it for each service.
    private(set) var output: [String] = []
    /// What is wrong with the file, and the services that stayed as they were.
    private(set) var errors: [String] = []

    init(_ report: ReloadReport) {
        for fault in report.errors { errors.append(fault.text) }
        if !report.errors.isEmpty {
            let count = report.errors.count
            errors.append("\(count) error\(count == 1 ? "" : "s"); nothing was changed")
        }
        output += report.plan.map { "plan: \($0.text)" }
        for service in report.services { add(service) }
        let isNothing = report.isDry && report.errors.isEmpty && report.plan.isEmpty
        if isNothing { output.append("plan: nothing to do") }
    }

    private mutating func add(_ service: ReloadReport.Service) {
        guard !service.isRefused else {
            let reason = service.reason ?? "for a reason that it does not give"
            let stays = service.to.map { ": stays on generation \($0)" } ?? ""
            errors.append("error: \(service.name)\(stays): \(reason)")
            return
        }
        output.append("\(service.name): \(words(service))" + times(service))
    }

    private func words(_ service: ReloadReport.Service) -> String {
        switch (service.outcome, service.from, service.to) {
        case ("switched", let from?, let to?): "switched from generation \(from) to \(to)"
        case ("started", _, let to?): "started, generation \(to)"
        case ("configured", _, let to?): "configured, still generation \(to)"
        case ("unchanged", _, let to?): "unchanged, generation \(to)"
        case ("waiting", _, _): service.reason ?? "waiting"
        default: service.outcome
        }
    }

    private func times(_ service: ReloadReport.Service) -> String {
        let phases = service.phases.map(\.words)
        return phases.isEmpty ? "" : " (\(phases.joined(separator: ", ")))"
    }
}
