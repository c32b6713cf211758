// SPDX-License-Identifier: Apache-2.0

/// The host as a service: `host.status` and the like are ordinary calls.
enum HostService {
    static let name = "host"
}
