// SPDX-License-Identifier: Apache-2.0

/// Encodes one value by its `encode(to:)`, into a buffer that it shares with the values around it.
///
/// Bytes are written as they come. Only containers that are handed out to be filled at any time
/// (`nestedContainer`, `superEncoder`) have buffers of their own, put in place when this closes.
final class EncodingScope: Encoder {
    /// What the value turned out to be.
    enum Shape { case none, value, map, array, bytes }

    let buffer: EncodingBuffer
    let parent: EncodingScope?
    let step: CodingStep
    let depth: Int

    private(set) var shape = Shape.none
    private(set) var count = 0
    private var start = 0
    /// Bytes kept free for the head.
    private var reserved = 1
    /// What is filled on its own, and where it belongs.
    private var pending: [(offset: Int, scope: EncodingScope)] = []

    init(buffer: EncodingBuffer, parent: EncodingScope?, step: CodingStep, depth: Int) {
        self.buffer = buffer
        self.parent = parent
        self.step = step
        self.depth = depth
    }

    /// Encodes a value that is not of a known type; after an error part of it may be written.
    static func encode<T: Encodable>(
        _ value: T, to writer: inout ItemWriter
    ) throws(PayloadError) {
        let buffer = EncodingBuffer()
        swap(&buffer.writer, &writer)
        defer { swap(&buffer.writer, &writer) }
        let scope = EncodingScope(buffer: buffer, parent: nil, step: .root, depth: 1)
        buffer.current = ObjectIdentifier(scope)
        do {
            try value.encode(to: scope)
            scope.close()
        } catch {
            throw PayloadError(encoding: error, in: scope)
        }
        if let failure = buffer.failure { throw failure }
    }

    var codingPath: [any CodingKey] {
        (parent?.codingPath ?? []) + (step.codingKey.map { [$0] } ?? [])
    }

    var userInfo: [CodingUserInfoKey: Any] { [:] }

    func container<Key: CodingKey>(keyedBy _: Key.Type) -> KeyedEncodingContainer<Key> {
        open(.map)
        return KeyedEncodingContainer(KeyedItemEncoding<Key>(scope: self))
    }

    func unkeyedContainer() -> any UnkeyedEncodingContainer {
        open(.array)
        return UnkeyedItemEncoding(scope: self)
    }

    func singleValueContainer() -> any SingleValueEncodingContainer {
        SingleItemEncoding(scope: self)
    }
}

extension EncodingScope {
    /// Begins a container, or goes on with the one that was begun.
    private func open(_ wanted: Shape) {
        switch (shape, wanted) {
        case (.none, _):
            shape = wanted
            start = buffer.writer.openContainer()
        case (.map, .map), (.array, .array), (.bytes, .array):
            break
        default:
            fail("a value asks for containers of two kinds")
        }
    }

    /// Appends an entry of a map: its key, and what `write` makes of its value.
    @inline(__always)
    func entry(
        _ key: String, _ write: (inout ItemWriter) -> Void
    ) throws(PayloadError) {
        try expectCurrent()
        count += 1
        buffer.append { (writer: inout ItemWriter) in
            writer.text(key)
            write(&writer)
        }
    }

    /// Begins an element that is not a byte.
    func beginElement() throws(PayloadError) {
        try expectCurrent()
        if shape == .bytes { spreadBytes() }
        count += 1
    }

    /// Appends to an array one byte, which lies raw as long as there is nothing else.
    func element(byte: UInt8) throws(PayloadError) {
        try expectCurrent()
        if count == 0 { shape = .bytes }
        if shape == .bytes {
            buffer.writer.bytes.append(byte)
        } else {
            buffer.writer.integer(byte)
        }
        count += 1
    }

    /// Appends bytes to an array.
    func elements<S: Sequence>(bytes: S) throws(PayloadError) where S.Element == UInt8 {
        try expectCurrent()
        if count == 0 {
            shape = .bytes
            let room = ItemWriter.headSize(UInt64(bytes.underestimatedCount)) - 1
            buffer.writer.bytes.append(contentsOf: repeatElement(0, count: room))
            reserved += room
        }
        if shape == .bytes {
            let before = buffer.writer.bytes.count
            buffer.writer.bytes.append(contentsOf: bytes)
            count += buffer.writer.bytes.count - before
        } else {
            for byte in bytes { try element(byte: byte) }
        }
    }

    /// Makes integers of the bytes so far: something else follows.
    private func spreadBytes() {
        let content = [UInt8](buffer.writer.bytes[(start + reserved)...])
        buffer.writer.truncate(to: start + 1)
        reserved = 1
        for byte in content { buffer.writer.integer(byte) }
        shape = .array
    }

    /// Says that this is one value, which follows.
    func beginValue() throws(PayloadError) {
        try expectCurrent()
        guard shape == .none else {
            throw PayloadError(.unsupported, "a value encodes itself more than once")
        }
        shape = .value
    }

    private func expectCurrent() throws(PayloadError) {
        if let failure = buffer.failure { throw failure }
        guard buffer.current == ObjectIdentifier(self) else {
            throw PayloadError(
                .unsupported, "a container was written to outside of its value's encode(to:)")
        }
    }

    private func fail(_ message: String) {
        buffer.failure = buffer.failure ?? PayloadError(.unsupported, message)
    }

    /// Appends a value that is nested in this one, behind its key.
    @inline(__always)
    func nested<T: Encodable>(_ value: T, _ step: @autoclosure () -> CodingStep) throws {
        let known = KnownType(T.self)
        if known != .none { return try buffer.writer.write(known, value, depth: depth) }
        guard depth < CBOR.maximumDepth else { throw PayloadError.tooDeep() }
        let scope = EncodingScope(buffer: buffer, parent: self, step: step(), depth: depth + 1)
        buffer.current = ObjectIdentifier(scope)
        defer { buffer.current = ObjectIdentifier(self) }
        try value.encode(to: scope)
        scope.close()
    }

    /// Makes a place that is filled later, behind its key.
    func later(_ step: CodingStep) -> EncodingScope {
        let own = EncodingBuffer()
        let scope = EncodingScope(buffer: own, parent: self, step: step, depth: depth + 1)
        own.current = ObjectIdentifier(scope)
        if depth >= CBOR.maximumDepth { own.failure = .tooDeep() }
        pending.append((buffer.writer.bytes.count, scope))
        return scope
    }

    /// Notes an error met where none can be thrown.
    func note(_ work: () throws(PayloadError) -> Void) {
        do throws(PayloadError) {
            try work()
        } catch {
            buffer.failure = buffer.failure ?? error
        }
    }

    /// Takes back an entry whose value could not be encoded.
    func rollBack(to mark: Int) {
        buffer.writer.truncate(to: mark)
        count -= 1
    }

    /// Ends the value: fills in what was left for later and writes the head.
    func close() {
        if !pending.isEmpty { fillPending() }
        switch shape {
        case .none: buffer.writer.head(.map, 0)
        case .value: break
        case .map: buffer.writer.closeContainer(start, reserved: reserved, .map, count: count)
        case .array: buffer.writer.closeContainer(start, reserved: reserved, .array, count: count)
        case .bytes: buffer.writer.closeContainer(start, reserved: reserved, .bytes, count: count)
        }
    }

    private func fillPending() {
        let from = pending[0].offset
        let rest = [UInt8](buffer.writer.bytes[from...])
        buffer.writer.truncate(to: from)
        var done = from
        for (offset, scope) in pending {
            buffer.writer.bytes.append(contentsOf: rest[(done - from)..<(offset - from)])
            done = offset
            scope.close()
            buffer.failure = buffer.failure ?? scope.buffer.failure
            buffer.writer.bytes.append(contentsOf: scope.buffer.writer.bytes)
        }
        buffer.writer.bytes.append(contentsOf: rest[(done - from)...])
        pending = []
    }
}
