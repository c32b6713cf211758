// SPDX-License-Identifier: Apache-2.0

/// One step of a YAML parser through a file.
struct YAMLEvent {
    /// What a value is called and said to be, apart from what it holds.
    struct Properties {
        /// The name behind `&`, if there is one.
        var anchor: String?

        /// The tag in its long form, if there is one.
        var tag: String?
    }

    enum Kind {
        case documentStart
        case documentEnd
        case streamEnd
        case alias(String)
        case scalar(String, isPlain: Bool, Properties)
        case listStart(Properties)
        case listEnd
        case mapStart(Properties)
        case mapEnd
    }

    var kind: Kind
    var range: SourceRange
}
