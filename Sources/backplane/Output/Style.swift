// SPDX-License-Identifier: Apache-2.0

/// How a piece of text looks on a terminal with colours.
enum Style: String {
    case good = "32"
    case busy = "33"
    case bad = "31"
    case faint = "2"
    case strong = "1"

    /// The text in this style, or as it is when there are no colours.
    func apply(to text: String, isColored: Bool) -> String {
        isColored ? "\u{1b}[\(rawValue)m\(text)\u{1b}[0m" : text
    }
}
