// SPDX-License-Identifier: Apache-2.0

/// Somebody's wish to have the configuration and the plugins looked at again.
struct ReloadRequest: Sendable {
    /// The services that are meant; nil for all, and for what the file says of the host.
    var services: [String]?
    /// Whether services whose plugin and configuration are the same get another generation too.
    var force = false
    /// Whether to say only what would be done.
    var isDry = false
    var cause: ReloadCause

    /// Whether a service is meant.
    func includes(_ service: String) -> Bool { services?.contains(service) ?? true }
}

extension HostConfiguration {
    /// This configuration as far as a running host, which has the other, can and shall take it over.
    ///
    /// - Parameter request: Whose services count; the others stay as they are.
    func scoped(_ request: ReloadRequest, running: HostConfiguration) -> HostConfiguration {
        guard request.services != nil else { return self }
        var result = running
        result.services = services.compactMap { service in
            request.includes(service.name) ? service : running.service(named: service.name)
        }
        result.services += running.services.filter { service in
            !request.includes(service.name) && self.service(named: service.name) == nil
        }
        return result
    }
}
