// SPDX-License-Identifier: Apache-2.0

extension [UInt8] {
    /// Makes an array of borrowed bytes.
    package init(copying span: Span<UInt8>) {
        self = unsafe span.withUnsafeBufferPointer { unsafe [UInt8]($0) }
    }

    /// Appends borrowed bytes.
    package mutating func append(from span: Span<UInt8>) {
        unsafe span.withUnsafeBufferPointer { unsafe append(contentsOf: $0) }
    }
}
