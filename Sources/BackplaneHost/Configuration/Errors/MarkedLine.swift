// SPDX-License-Identifier: Apache-2.0

/// A line of a file with a number before it and marks below it, as terminals show it.
struct MarkedLine {
    /// The columns of a line that are shown; of a longer line only a window around the marks is.
    static let widthLimit = 120

    let excerpt: ConfigurationError.Excerpt
    let line: Int
    let column: Int

    /// Two lines of text, without a newline at their end.
    var rendering: String {
        let scalars = Array(excerpt.text.unicodeScalars)
        let (window, cutBefore, cutAfter) = window(of: scalars.count)
        let shown = (cutBefore ? "…" : "") + Self.text(scalars[window]) + (cutAfter ? "…" : "")
        let start = min(max(column - 1, window.lowerBound), window.upperBound)
        let end = min(start + max(excerpt.length, 1), max(window.upperBound, start))
        let indent =
            (cutBefore ? " " : "") + Self.blank(Self.text(scalars[window.lowerBound..<start]))
        let marked = Self.blank(Self.text(scalars[start..<end]), tabWidth: 1).count
        let marks = String(repeating: "^", count: max(marked, 1))
        let number = String(line)
        let gutter = String(repeating: " ", count: max(0, 4 - number.count)) + number
        let margin = String(repeating: " ", count: gutter.count)
        let note = excerpt.note.map { " \($0)" } ?? ""
        return "\(gutter) | \(shown)\n\(margin) | \(indent)\(marks)\(note)"
    }

    /// The part of a line that is shown, and whether something is cut off on either side.
    private func window(of count: Int) -> (Range<Int>, before: Bool, after: Bool) {
        guard count > Self.widthLimit else { return (0..<count, false, false) }
        let centred = min(max(0, column - 1), count) - Self.widthLimit / 3
        let start = min(max(0, centred), count - Self.widthLimit)
        let end = start + Self.widthLimit
        return (start..<end, start > 0, end < count)
    }

    /// The scalars as text in which nothing moves the cursor but tabs.
    private static func text(_ scalars: ArraySlice<Unicode.Scalar>) -> String {
        var text = String.UnicodeScalarView()
        for scalar in scalars {
            let isHarmless = scalar == "\t" || !scalar.properties.isControlOrFormat
            text.append(isHarmless ? scalar : "\u{FFFD}")
        }
        return String(text)
    }

    /// As many blanks as the text is wide; a tab stays one, so that it is as wide below as above.
    private static func blank(_ text: String, tabWidth: Int? = nil) -> String {
        var blanks = ""
        for character in text {
            if character == "\t" && tabWidth == nil {
                blanks += "\t"
            } else {
                blanks += character.isWide ? "  " : " "
            }
        }
        return blanks
    }
}

extension Unicode.Scalar.Properties {
    /// Whether a terminal would act on the scalar instead of showing it.
    var isControlOrFormat: Bool {
        switch generalCategory {
        case .control, .lineSeparator, .paragraphSeparator, .surrogate: true
        // Bidirectional overrides can make a line read as another one.
        case .format: true
        default: false
        }
    }
}

extension Character {
    /// Whether terminals give the character two columns.
    fileprivate var isWide: Bool {
        guard let scalar = unicodeScalars.first?.value else { return false }
        return switch scalar {
        case 0x1100...0x115F, 0x2E80...0xA4CF, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE30...0xFE6F,
            0xFF00...0xFF60, 0x1F300...0x1F64F, 0x1F680...0x1F6FF, 0x1F900...0x1FAFF,
            0x20000...0x3FFFD:
            true
        default: false
        }
    }
}
