// SPDX-License-Identifier: Apache-2.0

/// How large the memory for large payloads may be, in each direction of a worker's connection.
public enum PoolSize {
    /// What a service gets that does not say.
    public static let standard = 256 << 20
    /// From what is worth having to what can be mapped everywhere.
    public static let bounds = 1 << 20...64 << 30
}
