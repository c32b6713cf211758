// SPDX-License-Identifier: Apache-2.0

/// A message of a running training: how far it is.
public struct TrainingProgress: Codable, Equatable, Sendable {
    /// The merges that have been made.
    public let merges: Int
    /// The merges that are asked for.
    public let of: Int
}
