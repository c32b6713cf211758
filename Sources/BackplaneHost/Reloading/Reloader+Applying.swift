// SPDX-License-Identifier: Apache-2.0

/// How a plan is carried out.
extension Reloader {
    /// Has every service follow, each after those it depends on; then lets go of those that are gone.
    ///
    /// - Parameter wanted: The configuration to get to, as far as a running host can.
    func apply(
        _ plan: ReloadPlan, _ wanted: HostConfiguration, _ request: ReloadRequest
    ) async -> ReloadReport {
        let running = resources.configuration
        if !plan.isEmpty {
            resources.events.record(
                service: HostService.name, kind: .configured, cause: request.cause.words,
                message: plan.words.joined(separator: "; "))
        }
        var settled = wanted
        // Services that are on their way out stay known until they are down.
        settled.services += running.services.filter { wanted.service(named: $0.name) == nil }
        resources.configure(settled)
        await watchFiles()
        var reports: [ReloadReport.Service] = []
        for group in StartOrder.groups(wanted.services) {
            let found = await follow(group, plan, wanted, request)
            for report in found where report.isRefused {
                keep(running.service(named: report.name), in: &settled)
            }
            reports += found
        }
        reports += await letGo(plan)
        settled.services.removeAll { wanted.service(named: $0.name) == nil }
        resources.configure(settled)
        services.arrange(settled.services.map(\.name))
        await watchFiles()
        return ReloadReport(plan.report, services: reports, isDry: false)
    }

    /// Notes that a service stays as it was.
    private func keep(_ old: ServiceConfiguration?, in settled: inout HostConfiguration) {
        guard let old,
            let index = settled.services.firstIndex(where: { $0.name == old.name })
        else { return }
        settled.services[index] = old
    }

    /// Deals with services that do not depend on each other, all at once.
    private func follow(
        _ names: [String], _ plan: ReloadPlan, _ wanted: HostConfiguration,
        _ request: ReloadRequest
    ) async -> [ReloadReport.Service] {
        // Other bytes are for the watch to see; unless plugins are looked for elsewhere now.
        let looksAtAll =
            request.cause != .configuration || plan.host.contains { $0.key == "plugins" }
        var follows: [ServiceFollow] = []
        for name in names where request.includes(name) && !isClosed {
            guard let configuration = wanted.service(named: name) else { continue }
            let change = plan[name]
            guard change != nil || looksAtAll else { continue }
            if change?.kind == .added {
                let managed = services.add(configuration)
                follows.append(ServiceFollow(managed, .start, request))
            } else if let managed = services[name] {
                let changes = change?.changes.map(\.key) ?? []
                let edition = change == nil ? nil : configuration
                follows.append(ServiceFollow(managed, .reload(edition, changes), request))
            }
        }
        return await withTaskGroup { tasks in
            for (index, follow) in follows.enumerated() {
                tasks.addTask { (index, await follow.run()) }
            }
            var found: [(Int, ReloadReport.Service)] = []
            for await result in tasks { found.append(result) }
            return found.sorted { $0.0 < $1.0 }.map(\.1)
        }
    }

    /// Ends the services that are gone, those that depend on others first, and forgets them.
    private func letGo(_ plan: ReloadPlan) async -> [ReloadReport.Service] {
        var reports: [ReloadReport.Service] = []
        for gone in plan.services where gone.kind == .removed {
            guard let managed = services[gone.service] else { continue }
            let last = managed.supervisor.condition.now.generation?.number
            await managed.supervisor.stop()
            services.remove(gone.service)
            reports.append(
                ReloadReport.Service(name: gone.service, outcome: "removed", from: last))
        }
        return reports
    }
}
