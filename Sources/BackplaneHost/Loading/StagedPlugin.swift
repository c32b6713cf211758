// SPDX-License-Identifier: Apache-2.0

/// A plugin's private copy for one generation, with the libraries that lie beside it.
struct StagedPlugin: Sendable, Hashable {
    /// The file that was copied.
    let original: String
    /// The copy: what is opened.
    let path: String
    /// The folder that the original lies in, for models and vocabularies.
    let directory: String
    /// Of all bytes that were copied: for seeing a change, nothing else.
    let hash: UInt64
    /// The size of the plugin itself.
    let bytes: Int
    /// The libraries that were copied with it, where they lie.
    var libraries: [String] = []
    /// What it is instead of a copy.
    var embedded: EmbeddedPlugin?
}
