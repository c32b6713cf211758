// SPDX-License-Identifier: Apache-2.0

package import Logging

/// Rehearses the plugins of a configuration without a host: `backplane check --load`.
package enum PluginRehearsal {
    /// So many services are rehearsed at once.
    private static let width = 4

    /// Rehearses the plugin of each service, those that are not enabled too.
    ///
    /// - Parameters:
    ///   - workerExecutable: The path of `backplane-worker`; `nil` to look for it.
    ///   - logger: Takes what the plugins log, at level debug.
    /// - Returns: What came of it, in the order of the configuration; nothing is left behind.
    package static func check(
        _ configuration: HostConfiguration, workerExecutable: String?,
        logger: Logger = Logger(label: "backplane.check") { _ in SwiftLogNoOpLogHandler() }
    ) async -> [(service: String, result: Result<RehearsalReport, CallError>)] {
        let services = configuration.services
        let checks: RehearsalChecks
        do throws(CallError) {
            checks = try RehearsalChecks(configuration, workerExecutable, logger)
        } catch {
            return services.map { ($0.name, .failure(error)) }
        }
        let results = await withTaskGroup(
            of: (Int, Result<RehearsalReport, CallError>).self
        ) { tasks in
            var results: [Int: Result<RehearsalReport, CallError>] = [:]
            for (index, service) in services.enumerated() {
                if index >= width, let (done, result) = await tasks.next() {
                    results[done] = result
                }
                tasks.addTask { (index, await checks.result(of: service)) }
            }
            for await (index, result) in tasks { results[index] = result }
            return results
        }
        await checks.end()
        return services.enumerated().compactMap { index, service in
            results[index].map { (service.name, $0) }
        }
    }
}
