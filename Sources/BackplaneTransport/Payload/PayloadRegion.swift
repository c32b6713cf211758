// SPDX-License-Identifier: Apache-2.0

/// Memory lent to a payload by an owner, which gets it back when the last payload lets go.
///
/// Subclass-free: what happens at the end is the `release` closure, called once, on any thread.
@safe
public final class PayloadRegion: Sendable {
    // SAFETY: the maker promises that the bytes do not change and stay until `release` is called,
    // so reading them from any thread is fine.
    nonisolated(unsafe) let buffer: UnsafeRawBufferPointer

    private let release: (@Sendable () -> Void)?
    /// What keeps the bytes where they are.
    private let owner: (any AnyObject & Sendable)?
    /// The buffer that they were built in.
    package let origin: PayloadBuffer?
    /// The loan that they came by.
    let loan: PayloadLoan?

    /// Makes a region.
    ///
    /// - Parameters:
    ///   - buffer: Readable and unchanging until `release` is called.
    ///   - release: Called once when nobody reads the bytes any more; any thread, must not block.
    public init(_ buffer: UnsafeRawBufferPointer, release: @escaping @Sendable () -> Void) {
        unsafe self.buffer = unsafe buffer
        self.release = release
        owner = nil
        origin = nil
        loan = nil
    }

    /// Makes a region of bytes that the other side of a channel has lent.
    init(
        _ buffer: UnsafeRawBufferPointer, on loan: PayloadLoan,
        release: @escaping @Sendable () -> Void
    ) {
        unsafe self.buffer = unsafe buffer
        self.release = release
        self.loan = loan
        owner = nil
        origin = nil
    }

    /// Makes a region of bytes that stay for as long as an object does.
    public init(_ buffer: UnsafeRawBufferPointer, keeping owner: any AnyObject & Sendable) {
        unsafe self.buffer = unsafe buffer
        let whole = owner as? PayloadRegion
        // What keeps the whole keeps its parts: no chain grows with each hand that they pass through.
        self.owner = whole?.owner ?? owner
        release = nil
        origin = whole?.origin
        loan = unsafe whole?.loan?.part(buffer, of: whole?.buffer)
    }

    /// Makes a region of what was built in a buffer.
    init(_ buffer: UnsafeRawBufferPointer, in origin: PayloadBuffer) {
        unsafe self.buffer = unsafe buffer
        self.origin = origin
        release = nil
        owner = nil
        loan = nil
    }

    deinit {
        release?()
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
