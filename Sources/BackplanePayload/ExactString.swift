// SPDX-License-Identifier: Apache-2.0

/// Text as a key that is equal to the same bytes only.
///
/// Swift's own equality also takes different spellings of one character for the same, which the
/// keys of a map are not.
package struct ExactString: Hashable, Sendable {
    private let text: String

    /// Wraps text.
    package init(_ text: String) {
        self.text = text
    }

    /// Compares the bytes.
    package static func == (left: ExactString, right: ExactString) -> Bool {
        left.text.utf8.elementsEqual(right.text.utf8)
    }

    /// Hashes the bytes.
    package func hash(into hasher: inout Hasher) {
        for byte in text.utf8 { hasher.combine(byte) }
        hasher.combine(0xff as UInt8)
    }
}
