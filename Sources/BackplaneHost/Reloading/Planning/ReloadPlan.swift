// SPDX-License-Identifier: Apache-2.0

/// What has to happen for a host to get from one configuration to another.
///
/// Pure: it looks at the configurations and at nothing else. It tells keys, never values: those may be
/// secret.
struct ReloadPlan: Sendable, Equatable {
    /// The keys of the host itself that changed.
    var host: [HostKeyChange]

    /// The services that are not the same, in the order in which they are dealt with.
    ///
    /// Services come after those they depend on. Those that are gone come last, those that depend on
    /// others first: whoever has called them has its own change behind it.
    var services: [ServicePlan]

    init(from old: HostConfiguration, to new: HostConfiguration) {
        host = HostKeyChange.all(from: old, to: new)
        let former = Dictionary(
            old.services.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
        let current = Dictionary(
            new.services.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
        services = StartOrder.groups(new.services).joined().compactMap { name in
            guard let new = current[name] else { return nil }
            guard let old = former[name] else { return ServicePlan(service: name, kind: .added) }
            return ServicePlan(from: old, to: new)
        }
        services += StartOrder.groups(old.services).joined().reversed()
            .filter { current[$0] == nil }
            .map { ServicePlan(service: $0, kind: .removed) }
    }

    /// Whether both configurations come to the same.
    var isEmpty: Bool { host.isEmpty && services.isEmpty }

    /// What is to happen to a service; nil when it is the same.
    subscript(service: String) -> ServicePlan? { services.first { $0.service == service } }

    /// One line for each change, for people.
    var words: [String] { host.map(\.words) + services.map(\.words) }
}

extension HostConfiguration {
    /// This configuration as far as a running host, which has the other, can take it over.
    func applicable(to running: HostConfiguration) -> HostConfiguration {
        var result = self
        result.stateFolder = running.stateFolder
        result.log = running.log
        result.socket = running.socket
        return result
    }
}
