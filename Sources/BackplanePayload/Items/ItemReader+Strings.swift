// SPDX-License-Identifier: Apache-2.0

extension ItemReader {
    /// Reads text.
    package mutating func string() throws(PayloadError) -> String {
        let head = try item()
        guard head.major == .text else {
            throw .mismatch("a string", found: head.description)
        }
        return try string(after: head)
    }

    /// Reads the text whose head was just read.
    package mutating func string(after head: ItemHead) throws(PayloadError) -> String {
        if head.isIndefinite {
            // Each chunk is to be valid UTF-8 by itself (RFC 8949, 3.2.3).
            var result = ""
            while let chunk = try nextChunk(.text) { result += try text(in: chunk) }
            return result
        }
        return try text(in: try take(head.argument))
    }

    /// Reads a byte string, a typed array of bytes, or an array of numbers from 0 to 255.
    package mutating func byteString() throws(PayloadError) -> [UInt8] {
        let head = try item()
        switch head.major {
        case .bytes: return try byteString(after: head)
        case .array, .tag: return try numbers(after: head)
        default: throw .mismatch("bytes", found: head.description)
        }
    }

    /// Reads the byte string whose head was just read.
    package mutating func byteString(after head: ItemHead) throws(PayloadError) -> [UInt8] {
        if head.isIndefinite {
            var result: [UInt8] = []
            while let chunk = try nextChunk(.bytes) { result.append(from: bytes.extracting(chunk)) }
            return result
        }
        return [UInt8](copying: bytes.extracting(try take(head.argument)))
    }

    /// Reads the key of a map's entry and says whether it is this one, making no string of it.
    mutating func key(is name: String) throws(PayloadError) -> Bool {
        let start = position
        let head = try item()
        if head.major == .text && !head.isIndefinite {
            return name.utf8.isMade(of: bytes.extracting(try take(head.argument)))
        }
        position = start
        return ExactString(try key()) == ExactString(name)
    }

    /// Reads the next chunk of an indefinite string, or its end.
    package mutating func nextChunk(_ major: MajorType) throws(PayloadError) -> Range<Int>? {
        let head = try self.head()
        if head.isBreak { return nil }
        guard head.major == major, !head.isIndefinite else {
            throw .malformed("a string has a chunk of another kind", at: position)
        }
        return try take(head.argument)
    }

    /// The text in a range of the bytes, checked to be UTF-8.
    package func text(in range: Range<Int>) throws(PayloadError) -> String {
        do {
            return String(copying: try UTF8Span(validating: bytes.extracting(range)))
        } catch {
            throw .malformed("text is not valid UTF-8", at: range.lowerBound)
        }
    }
}

extension String.UTF8View {
    /// True if the text is made of just these bytes.
    @inline(__always)
    func isMade(of bytes: Span<UInt8>) -> Bool {
        let own = span
        guard own.count == bytes.count else { return false }
        for offset in bytes.indices where own[offset] != bytes[offset] { return false }
        return true
    }
}
