// SPDX-License-Identifier: Apache-2.0

/// A value of a YAML file with its place in it; aliases and merges are resolved.
struct YAMLNode {
    enum Content {
        /// One value: a text that is not yet resolved to a type.
        case scalar(YAMLScalar)

        /// Values in order.
        case list([YAMLNode])

        /// Values by name, in the order of the file; no name occurs twice.
        case map([YAMLEntry])

        /// A value that was wrong and has been reported; nothing more is to be said about it.
        case broken
    }

    var content: Content
    var range: SourceRange

    /// About how many bytes the value takes when all its aliases are written out.
    var weight: Int
}

/// One value of a YAML file, as written.
struct YAMLScalar {
    var text: String

    /// Whether the text decides over the type: not quoted, no block and no tag.
    var isPlain: Bool

    /// The type that a tag demands, if there is a tag.
    var tag: CoreSchema.Tag?
}

/// A name in a map and what stands under it.
struct YAMLEntry {
    var key: String
    var keyRange: SourceRange
    var value: YAMLNode

    /// Whether the name is a user's own note, which nothing here reads.
    var isExtension: Bool { key.hasPrefix("x-") }
}
