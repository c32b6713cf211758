// SPDX-License-Identifier: Apache-2.0

/// A token that occurs often.
public struct FrequentToken: Codable, Equatable, Sendable {
    /// Its number.
    public let id: Int
    /// Its text; absent when the token is a part of a character only.
    public let token: String?
    /// How often it occurs.
    public let count: Int
}
