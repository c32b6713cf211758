// SPDX-License-Identifier: Apache-2.0

/// What `host.logs` gives when it has given every line.
package struct LogEnd: Codable, Sendable, Equatable {
    package var version = HostMethods.version
    /// How many lines there were.
    package var lines: Int
}
