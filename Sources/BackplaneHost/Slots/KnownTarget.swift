// SPDX-License-Identifier: Apache-2.0

internal import Glibc

/// A target that an instance calls, with its text as it comes from the plugin.
final class KnownTarget: Sendable {
    let target: CallTarget
    /// Its place among those that are kept; nothing for one that is taken apart each time.
    let place: Int?
    private let text: [UInt8]

    /// Reads `service.method`, or the name of a provided function; bytes that aren't UTF-8 are repaired.
    ///
    /// SAFETY: the text is borrowed, and what is kept is a copy.
    init(_ text: UnsafeRawBufferPointer, at place: Int?) {
        target = CallTarget(unsafe String(decoding: text, as: UTF8.self))
        self.place = place
        unsafe self.text = place == nil ? [] : Array(text)
    }

    func has(_ other: UnsafeRawBufferPointer) -> Bool {
        guard text.count == other.count else { return false }
        guard let base = other.baseAddress else { return true }
        return unsafe text.withUnsafeBytes {
            guard let own = $0.baseAddress else { return true }
            return unsafe memcmp(own, base, other.count) == 0
        }
    }
}
