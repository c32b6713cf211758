// SPDX-License-Identifier: Apache-2.0

/// Memory lent to a payload by an owner, which gets it back when the last payload lets go.
///
/// Subclass-free: what happens at the end is the `release` closure, called once, on any thread.
@safe
public final class PayloadRegion: Sendable {
    // SAFETY: the maker promises that the bytes do not change and stay until `release` is called,
    // so reading them from any thread is fine.
    nonisolated(unsafe) let buffer: UnsafeRawBufferPointer

    private let release: @Sendable () -> Void

    /// Makes a region.
    ///
    /// - Parameters:
    ///   - buffer: Readable and unchanging until `release` is called.
    ///   - release: Called once when nobody reads the bytes any more; any thread, must not block.
    public init(_ buffer: UnsafeRawBufferPointer, release: @escaping @Sendable () -> Void) {
        unsafe self.buffer = unsafe buffer
        self.release = release
    }

    deinit {
        release()
    }

    @usableFromInline var count: Int { unsafe buffer.count }

    @usableFromInline
    func withBuffer<Result, Failure: Error>(
        _ body: (UnsafeRawBufferPointer) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        defer { withExtendedLifetime(self) {} }
        return try unsafe body(buffer)
    }
}
