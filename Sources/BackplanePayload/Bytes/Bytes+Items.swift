// SPDX-License-Identifier: Apache-2.0

extension ItemReader {
    /// Reads bytes, which stay where they are when they are large and can be kept.
    mutating func sharedBytes() throws(PayloadError) -> Bytes {
        let start = position
        let head = try item()
        guard head.major == .bytes, !head.isIndefinite, head.argument >= BytesSource.keptSize
        else {
            position = start
            return Bytes(try byteString())
        }
        let content = bytes.extracting(try take(head.argument))
        let kept = unsafe content.withUnsafeBufferPointer { unsafe BytesSource.bytes(at: $0) }
        return kept ?? Bytes([UInt8](copying: content))
    }
}

extension ItemWriter {
    /// Appends a byte string.
    mutating func byteString(_ value: Bytes) {
        head(.bytes, UInt64(value.count))
        bytes.append(from: value.span)
    }
}

extension CBOR {
    /// Encodes a value as a payload; of `Bytes` that were built with room in front only the head is
    /// written.
    ///
    /// - Throws: An error that names the place within the value.
    ///
    /// - Parameter memory: What it is written to where that takes an array; has no content.
    package static func encodeBytes<T: Encodable>(
        _ value: T, in memory: @autoclosure () -> [UInt8] = []
    ) throws(PayloadError) -> Bytes {
        guard T.self == Bytes.self else {
            var writer = ItemWriter(in: memory())
            try encode(value, to: &writer)
            return Bytes(writer.bytes)
        }
        let bytes = same(value, Bytes.self)
        var writer = ItemWriter(capacity: 16)
        writer.head(.bytes, UInt64(bytes.count))
        return bytes.headed(by: writer.bytes)
    }

    /// Decodes a payload; `Bytes` in it stay where they are when they are large.
    ///
    /// - Throws: An error that names the place within the payload.
    package static func decode<T: Decodable>(
        _ type: T.Type, from payload: Bytes
    ) throws(PayloadError) -> T {
        guard case .memory(let memory) = payload.place else {
            return try decode(type, from: payload.span)
        }
        let source = unsafe BytesSource(UnsafeRawBufferPointer(memory.content)) { memory.owner }
        return try source.use { () throws(PayloadError) in
            try decode(type, from: payload.span)
        }
    }
}
