// SPDX-License-Identifier: Apache-2.0

/// The bytes that nested values are encoded into, one after the other.
final class EncodingBuffer {
    var writer = ItemWriter()
    /// The one value that may be written to: the innermost one.
    var current: ObjectIdentifier?
    /// An error met where the protocols of `Codable` cannot throw.
    var failure: PayloadError?

    /// Writes in one go: each access to the writer from outside is checked for being exclusive.
    @inline(__always)
    func append(_ write: (inout ItemWriter) -> Void) {
        write(&writer)
    }
}
