// SPDX-License-Identifier: Apache-2.0

import Synchronization

/// Memory that somebody keeps where it is, and what lies right in front of it.
///
/// A head that is to stand before the bytes can be written there, once: who sends them copies nothing.
@safe
@usableFromInline
package final class BytesMemory: Sendable {
    // SAFETY: the owner keeps the bytes where and as they are; those in front that are not written
    // belong to this object alone, and are written under the lock.
    @usableFromInline nonisolated(unsafe) package let content: UnsafeBufferPointer<UInt8>
    /// What keeps the bytes.
    package let owner: any AnyObject & Sendable
    /// How many bytes in front are part of the same memory.
    private let room: Int
    /// How many of those, right before the content, have been written.
    private let written: Mutex<Int>

    /// - Parameters:
    ///   - room: Bytes in front that this object may write to, but for the last `written` of them.
    ///   - written: Of these, those that are there already.
    package init(
        _ content: UnsafeBufferPointer<UInt8>, room: Int = 0, written: Int = 0,
        owner: any AnyObject & Sendable
    ) {
        unsafe self.content = content
        self.room = room
        self.written = Mutex(written)
        self.owner = owner
    }

    @inlinable
    func withContent<Result, Failure: Error>(
        _ body: (UnsafeRawBufferPointer) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        defer { withExtendedLifetime(self) {} }
        return try unsafe body(UnsafeRawBufferPointer(content))
    }

    /// The content with a head right in front of it; nothing when there is no room, or another head.
    func headed(by head: [UInt8]) -> BytesMemory? {
        guard head.count <= room, let base = unsafe content.baseAddress else { return nil }
        let start = unsafe UnsafeMutablePointer(mutating: base - head.count)
        let isThere = written.withLock { written in
            let new = max(0, head.count - written)
            for index in new..<head.count where unsafe start[index] != head[index] { return false }
            for index in 0..<new { unsafe start[index] = head[index] }
            written += new
            return true
        }
        guard isThere else { return nil }
        return unsafe BytesMemory(
            UnsafeBufferPointer(start: start, count: head.count + content.count), owner: owner)
    }
}
