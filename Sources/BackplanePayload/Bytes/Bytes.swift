// SPDX-License-Identifier: Apache-2.0

/// Bytes that never change, read where they lie.
///
/// Copying one copies a reference. As a parameter or in a result it refers to the memory in which it
/// arrived: nothing of a large one is copied, and the memory goes back to its sender when the last
/// copy of the value goes. Built with `withPayloadBuffer`, it is sent from where it was built.
///
/// It crosses as a byte string, and so is exchanged freely with `[UInt8]` and Foundation's `Data`.
///
/// ```swift
/// func width(_ image: Bytes) -> Int { image.withSpan { Int($0[16]) << 8 | Int($0[17]) } }
/// ```
public struct Bytes: Sendable {
    @usableFromInline
    package enum Place: Sendable {
        case array([UInt8])
        case memory(BytesMemory)
    }

    @usableFromInline package let place: Place

    package init(_ place: Place) {
        self.place = place
    }

    /// Takes an array, without copying it.
    public init(_ bytes: [UInt8] = []) {
        place = .array(bytes)
    }

    /// How many there are.
    public var count: Int {
        switch place {
        case .array(let bytes): bytes.count
        case .memory(let memory): unsafe memory.content.count
        }
    }

    /// The bytes, checked for bounds at each access.
    public var span: Span<UInt8> {
        @_lifetime(borrow self)
        get {
            // SAFETY: whoever has this value keeps the bytes where they are.
            switch place {
            case .array(let bytes):
                let span = bytes.span
                return unsafe _overrideLifetime(span, borrowing: self)
            case .memory(let memory):
                let span = unsafe memory.content.span
                return unsafe _overrideLifetime(span, borrowing: self)
            }
        }
    }

    /// Lends the bytes, checked for bounds at each access.
    public func withSpan<Result, Failure: Error>(
        _ body: (Span<UInt8>) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try body(span)
    }

    /// Lends the bytes as memory, which must not leave `body`.
    @inlinable
    public func withUnsafeBytes<Result, Failure: Error>(
        _ body: (UnsafeRawBufferPointer) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        switch place {
        case .array(let bytes):
            try unsafe bytes.withUnsafeBufferPointer {
                (buffer) throws(Failure) -> Result in
                try unsafe body(UnsafeRawBufferPointer(buffer))
            }
        case .memory(let memory):
            try unsafe memory.withContent(body)
        }
    }
}
