// SPDX-License-Identifier: Apache-2.0

/// The files that a host watches, and whom a change of each concerns.
///
/// Pure.
struct WatchedFiles: Sendable, Equatable {
    /// The files that the configuration depends on.
    private(set) var configuration: Set<String> = []
    /// The services that use a file, by its path.
    private(set) var services: [String: Set<String>] = [:]

    /// Nothing.
    init() {}

    /// - Parameters:
    ///   - host: The configuration in force.
    ///   - files: The files that the configuration depends on.
    ///   - libraries: By service, the files that were copied along with its plugin.
    init(_ host: HostConfiguration, files: Set<String>, libraries: [String: [String]]) {
        configuration = files
        for service in host.services {
            let paths =
                service.plugin.candidates(in: host.pluginFolders)
                + (libraries[service.name] ?? [])
            for path in paths { services[path, default: []].insert(service.name) }
        }
    }

    /// Every path.
    var paths: Set<String> { configuration.union(services.keys) }
}
