// SPDX-License-Identifier: Apache-2.0

/// What `host.events` gives when it has given every event.
package struct EventEnd: Codable, Sendable, Equatable {
    package var version = HostMethods.version
    /// How many events there were.
    package var events: Int
}
