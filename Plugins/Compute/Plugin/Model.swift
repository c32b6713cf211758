// SPDX-License-Identifier: Apache-2.0

/// What is known about a model that was loaded.
public struct Model: Codable, Equatable, Sendable {
    /// One tensor of a model.
    public struct Tensor: Codable, Equatable, Sendable {
        /// The tensor's name.
        public let name: String
        /// The type of its elements, as the file says: `F32`.
        public let dtype: String
        /// Its size in each dimension.
        public let shape: [Int]
    }

    /// The name it was loaded by.
    public let name: String
    /// Its tensors, in the order of their data.
    public let tensors: [Tensor]
    /// How many elements all tensors have together.
    public let parameters: Int
    /// How many bytes they take.
    public let bytes: Int
}
