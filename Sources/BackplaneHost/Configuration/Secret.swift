// SPDX-License-Identifier: Apache-2.0

/// A text of which a part must never be shown.
///
/// Printing, interpolating or reflecting it gives the masked form; only `text` gives the text itself.
public struct Secret: Sendable, Hashable {
    /// What stands for each secret part.
    public static let mask = "***"

    /// The whole text, as the plugin gets it.
    public var text: String

    /// The text with its secret parts masked.
    public var masked: String

    /// Makes a secret of which nothing is shown, unless `masked` says otherwise.
    public init(_ text: String, masked: String = Secret.mask) {
        self.text = text
        self.masked = masked
    }
}

extension Secret: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// The masked form.
    public var description: String { masked }

    /// The masked form.
    public var debugDescription: String { masked }

    /// A mirror without children, so that `dump` shows the masked form.
    public var customMirror: Mirror { Mirror(self, children: []) }
}
