// SPDX-License-Identifier: Apache-2.0

import Glibc

/// The bytes of one payload, one CBOR item, shared and never changed.
///
/// Copying a payload copies a reference. The bytes lie in an array, or in memory that belongs to
/// somebody else (a region of a transport), which is given back when the last copy goes.
public struct Payload: Sendable {
    /// The payload that says "nothing": CBOR null.
    public static let null = Payload([0xf6])

    /// The payload of no bytes.
    public static let empty = Payload([])

    @usableFromInline
    enum Backing: Sendable {
        case array([UInt8])
        case region(PayloadRegion)
    }

    @usableFromInline let backing: Backing

    /// Makes a payload of an array, without copying it.
    @inlinable
    public init(_ bytes: [UInt8]) {
        backing = .array(bytes)
    }

    /// Makes a payload by copying a buffer.
    public init(copying buffer: UnsafeRawBufferPointer) {
        // Of bytes that are bound: raw ones would be copied one by one without optimisation.
        backing = .array(unsafe Array(buffer.bindMemory(to: UInt8.self)))
    }

    /// Makes a payload of memory that belongs to somebody else, without copying it.
    public init(region: PayloadRegion) {
        backing = .region(region)
    }

    /// How many bytes there are.
    @inlinable
    public var count: Int {
        switch backing {
        case .array(let bytes): bytes.count
        case .region(let region): region.count
        }
    }

    /// The bytes as an array; a copy unless they lie in one already.
    public var bytes: [UInt8] {
        switch backing {
        case .array(let bytes): bytes
        case .region(let region): unsafe [UInt8](region.buffer)
        }
    }

    /// Lends the bytes as a raw buffer, which must not leave `body`.
    @inlinable
    public func withBytes<Result, Failure: Error>(
        _ body: (UnsafeRawBufferPointer) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        switch backing {
        case .array(let bytes):
            try unsafe bytes.withUnsafeBufferPointer {
                buffer throws(Failure) -> Result in
                try unsafe body(UnsafeRawBufferPointer(buffer))
            }
        case .region(let region):
            try unsafe region.withBuffer(body)
        }
    }

    /// Lends the bytes as a bounds-checked span.
    @inlinable
    public func withSpan<Result, Failure: Error>(
        _ body: (Span<UInt8>) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        switch backing {
        case .array(let bytes):
            try body(bytes.span)
        case .region(let region):
            try unsafe region.withBuffer { buffer throws(Failure) -> Result in
                let typed = unsafe buffer.bindMemory(to: UInt8.self)
                return try unsafe body(Span(_unsafeElements: typed))
            }
        }
    }
}

extension Payload: Equatable {
    /// Whether two payloads have the same bytes.
    public static func == (left: Payload, right: Payload) -> Bool {
        guard left.count == right.count else { return false }
        return unsafe left.withBytes { a in
            unsafe right.withBytes { b in
                guard let a = a.baseAddress, let b = b.baseAddress else { return true }
                return unsafe memcmp(a, b, left.count) == 0
            }
        }
    }
}
