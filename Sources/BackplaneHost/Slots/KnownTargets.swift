// SPDX-License-Identifier: Apache-2.0

/// The targets that an instance has called, by their text as it comes from the plugin.
///
/// Most code calls a few targets again and again, and taking a text apart takes as long as a tenth of a
/// call. Each text has one place; what finds its place taken is taken apart each time.
final class KnownTargets: Sendable {
    private final class Entry: Sendable {
        let text: [UInt8]
        let target: CallTarget

        init(_ text: UnsafeRawBufferPointer, _ target: CallTarget) {
            unsafe self.text = Array(text)
            self.target = target
        }

        func has(_ other: UnsafeRawBufferPointer) -> Bool {
            unsafe text.count == other.count && text.elementsEqual(other)
        }
    }

    /// Longer ones are not kept.
    private static let longest = 128

    private let entries = InlineArray<64, OnceReference<Entry>> { _ in OnceReference() }

    /// Reads `service.method`, or the name of a provided function; bytes that aren't UTF-8 are repaired.
    ///
    /// SAFETY, of all that is here: a text is borrowed while a function runs, and what is kept is a copy.
    func target(_ text: UnsafeRawBufferPointer) -> CallTarget {
        guard text.count <= Self.longest else { return unsafe Self.read(text) }
        let place = unsafe place(of: text)
        if let known = entries[place].object {
            return unsafe known.has(text) ? known.target : Self.read(text)
        }
        let target = unsafe Self.read(text)
        unsafe entries[place].set(Entry(text, target))
        return target
    }

    /// FNV-1a: texts are short, and which of two that collide is kept is no matter.
    private func place(of text: UnsafeRawBufferPointer) -> Int {
        var hash: UInt32 = 0x811c_9dc5
        for index in text.indices {
            hash = (hash ^ UInt32(unsafe text[index])) &* 0x0100_0193
        }
        return Int((hash ^ hash >> 16) & 63)
    }

    private static func read(_ text: UnsafeRawBufferPointer) -> CallTarget {
        CallTarget(unsafe String(decoding: text, as: UTF8.self))
    }
}
