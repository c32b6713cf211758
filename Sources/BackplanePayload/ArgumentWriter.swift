// SPDX-License-Identifier: Apache-2.0

/// Builds the arguments of a call, one value at a time: a payload that is an array.
public struct ArgumentWriter: Sendable {
    private var writer = ItemWriter(capacity: 64)
    private var count = 0

    /// Makes a writer of no arguments yet.
    public init() {
        _ = writer.openContainer()
    }

    /// Appends an argument; after an error the writer is as it was.
    ///
    /// - Throws: An error that names the argument by its number, counted from 1.
    public mutating func append<T: Encodable>(_ value: T) throws(PayloadError) {
        let mark = writer.bytes.count
        do throws(PayloadError) {
            try CBOR.encode(value, to: &writer)
        } catch {
            writer.truncate(to: mark)
            throw PayloadError(
                error.code, "argument \(count + 1): \(error.message)", cause: error.cause)
        }
        count += 1
    }

    /// The arguments so far as one payload.
    public consuming func finish() -> [UInt8] {
        writer.closeContainer(0, .array, count: count)
        return writer.bytes
    }
}
