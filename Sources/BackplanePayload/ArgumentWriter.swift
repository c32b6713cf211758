// SPDX-License-Identifier: Apache-2.0

/// Builds the arguments of a call, one value at a time: a payload that is an array.
public struct ArgumentWriter: Sendable {
    private var writer: ItemWriter
    private var count = 0
    /// The content of the last argument, if it is large and can be sent from where it lies.
    private var last: Bytes?

    /// Makes a writer of no arguments yet.
    public init() {
        writer = ItemWriter(capacity: 64)
        _ = writer.openContainer()
    }

    /// Makes one that writes to memory which is there, without content.
    package init(in memory: consuming [UInt8]) {
        writer = ItemWriter(in: memory)
        _ = writer.openContainer()
    }

    /// Appends an argument; after an error the writer is as it was.
    ///
    /// - Throws: An error that names the argument by its number, counted from 1.
    public mutating func append<T: Encodable>(_ value: T) throws(PayloadError) {
        writeLast()
        let mark = writer.bytes.count
        if T.self == Bytes.self {
            let bytes = same(value, Bytes.self)
            writer.head(.bytes, UInt64(bytes.count))
            last = bytes
            count += 1
            return
        }
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
        writeLast()
        writer.closeContainer(0, .array, count: count)
        return writer.bytes
    }

    /// The arguments so far as one payload; of `Bytes` that come last, and were built with room in
    /// front, only the head is written.
    package consuming func finishBytes() -> Bytes {
        writer.closeContainer(0, .array, count: count)
        return last?.headed(by: writer.bytes) ?? Bytes(writer.bytes)
    }

    /// Lends the arguments so far, as `finishBytes` would give them, and nothing can be appended any more.
    package mutating func lend(_ body: (UnsafeRawBufferPointer) -> Void) {
        writer.closeContainer(0, .array, count: count)
        if let last { return unsafe last.headed(by: writer.bytes).withUnsafeBytes(body) }
        unsafe writer.bytes.withUnsafeBytes { unsafe body($0) }
    }

    /// Takes the memory out that was written to, whatever is in it.
    package mutating func takeMemory() -> [UInt8] {
        let memory = writer.bytes
        writer.bytes = []
        return memory
    }

    private mutating func writeLast() {
        guard let bytes = last else { return }
        writer.bytes.append(from: bytes.span)
        last = nil
    }
}
