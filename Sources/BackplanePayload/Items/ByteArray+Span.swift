// SPDX-License-Identifier: Apache-2.0

extension [UInt8] {
    /// Makes an array of borrowed bytes.
    package init(copying span: Span<UInt8>) {
        // SAFETY: the pointer is read within the closure, as long as the span lives.
        self = unsafe span.withUnsafeBufferPointer { unsafe [UInt8]($0) }
    }

    /// Appends borrowed bytes.
    package mutating func append(from span: Span<UInt8>) {
        // SAFETY: as above; a span of the array itself would be an exclusivity error.
        unsafe span.withUnsafeBufferPointer { unsafe append(contentsOf: $0) }
    }
}
