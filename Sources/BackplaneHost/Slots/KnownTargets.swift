// SPDX-License-Identifier: Apache-2.0

/// The targets that an instance has called, by their text as it comes from the plugin.
///
/// Most code calls a few targets again and again, and taking a text apart takes as long as a tenth of a
/// call. Each text has its place, or one of the next; what finds them taken is taken apart each time.
final class KnownTargets: Sendable {
    static let places = 64
    /// So many places a text is looked for at.
    private static let looks = 4
    /// Longer ones are not kept.
    private static let longest = 128

    private let entries = InlineArray<64, OnceReference<KnownTarget>> { _ in OnceReference() }

    /// The target of a text.
    ///
    /// SAFETY, of all that is here: a text is borrowed while a function runs, and what is kept is a copy.
    func target(_ text: UnsafeRawBufferPointer) -> KnownTarget {
        guard text.count <= Self.longest else { return unsafe KnownTarget(text, at: nil) }
        let first = unsafe Self.place(of: text)
        for look in 0..<Self.looks {
            let place = (first + look) % Self.places
            let known =
                unsafe entries[place].object ?? entries[place].set(KnownTarget(text, at: place))
            if unsafe known.has(text) { return known }
        }
        return unsafe KnownTarget(text, at: nil)
    }

    /// Word by word: texts are short.
    private static func place(of text: UnsafeRawBufferPointer) -> Int {
        var hash = UInt64(text.count)
        var offset = 0
        while offset + 8 <= text.count {
            hash = unsafe mixed(hash, text.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
            offset += 8
        }
        while offset < text.count {
            hash = unsafe mixed(hash, UInt64(text[offset]))
            offset += 1
        }
        return Int(truncatingIfNeeded: hash >> 58)
    }

    /// Multiplies with 2^64 over the golden ratio, so that the upper bits depend on all.
    @inline(__always)
    private static func mixed(_ hash: UInt64, _ word: UInt64) -> UInt64 {
        (hash ^ word) &* 0x9e37_79b9_7f4a_7c15
    }
}
