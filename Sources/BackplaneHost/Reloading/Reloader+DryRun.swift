// SPDX-License-Identifier: Apache-2.0

internal import BackplaneImage

/// How a plan is told without being carried out.
extension Reloader {
    /// The plan, and the services whose plugins have other bytes now.
    func rehearse(
        _ plan: ReloadPlan, _ wanted: HostConfiguration, _ request: ReloadRequest
    ) async -> ReloadReport {
        var changes = plan.report
        var refused: [ReloadReport.Service] = []
        for service in wanted.services where request.includes(service.name) {
            guard let managed = services[service.name], plan[service.name]?.kind != .added,
                let generation = managed.supervisor.condition.now.generation
            else { continue }
            let candidates = service.plugin.candidates(in: wanted.pluginFolders)
            let found: Result<PluginSource, ImageError>? = await resources.threads.perform {
                guard let path = candidates.first(where: { FilePresence.exists($0) }) else {
                    return nil
                }
                do throws(ImageError) {
                    return .success(try PluginSource(reading: path))
                } catch {
                    return .failure(error)
                }
            }
            switch found {
            case nil: break
            case .success(let source):
                guard source.hash != generation.plugin.hash || request.force else { continue }
                changes.append(
                    ReloadReport.Change(
                        rebuilt: service.name, path: source.original,
                        isSame: source.hash == generation.plugin.hash))
            case .failure(let error):
                refused.append(
                    ReloadReport.Service(
                        name: service.name, outcome: "refused", from: generation.number,
                        to: generation.number, reason: error.message))
            }
        }
        return ReloadReport(changes, services: refused, isDry: true)
    }
}
