// SPDX-License-Identifier: Apache-2.0

/// Who has answered.
public struct VersionedAnswer: Codable, Sendable {
    /// The service that has.
    public let service: String
    /// The number of its build.
    public let version: Int
    /// The number of this load of it.
    public let generation: Int
}
