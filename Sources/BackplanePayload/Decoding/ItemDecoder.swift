// SPDX-License-Identifier: Apache-2.0

/// Decodes one item by the `init(from:)` of a type.
final class ItemDecoder: Decoder {
    let input: DecodingInput
    let offset: Int
    let parent: ItemDecoder?
    let step: CodingStep
    let depth: Int
    /// The entries, once the item was asked for as a map.
    var index: MapIndex?

    init(
        input: DecodingInput, offset: Int, parent: ItemDecoder?, step: CodingStep, depth: Int
    ) {
        self.input = input
        self.offset = offset
        self.parent = parent
        self.step = step
        self.depth = depth
    }

    /// Reads a value that is not of a known type.
    static func decode<T: Decodable>(
        _ type: T.Type, with reader: inout ItemReader
    ) throws(PayloadError) -> T {
        if let collection = reader.byteCollection(type) {
            return try reader.read(collection, as: type)
        }
        let start = reader.position
        var end = start
        do {
            // SAFETY: `close` takes the pointer away before the bytes' borrow ends.
            let value = try unsafe reader.bytes.withUnsafeBufferPointer { memory in
                let input = unsafe DecodingInput(memory)
                defer { input.close() }
                let decoder = ItemDecoder(
                    input: input, offset: start, parent: nil, step: .root, depth: 1)
                let value = try T(from: decoder)
                end = try decoder.end()
                return value
            }
            reader.position = end
            return value
        } catch {
            throw PayloadError(decoding: error)
        }
    }

    var codingPath: [any CodingKey] {
        (parent?.codingPath ?? []) + (step.codingKey.map { [$0] } ?? [])
    }

    var userInfo: [CodingUserInfoKey: Any] { [:] }

    func container<Key: CodingKey>(
        keyedBy _: Key.Type
    ) throws -> KeyedDecodingContainer<Key> {
        try located { () throws(PayloadError) in try indexMap() }
        return KeyedDecodingContainer(KeyedItemDecoding<Key>(decoder: self))
    }

    func unkeyedContainer() throws -> any UnkeyedDecodingContainer {
        try located { () throws(PayloadError) in try UnkeyedItemDecoding(self) }
    }

    func singleValueContainer() throws -> any SingleValueDecodingContainer {
        SingleItemDecoding(decoder: self)
    }

    private func indexMap() throws(PayloadError) {
        guard index == nil else { return }
        let input = input
        var reader = ItemReader(input.bytes, at: offset)
        let head = try reader.item()
        guard head.major == .map else { throw .mismatch("a map", found: head.description) }
        guard depth <= CBOR.maximumDepth else { throw .tooDeep() }
        index = try MapIndex(head, &reader, in: input, depth: depth)
    }

    /// Where the item ends.
    func end() throws(PayloadError) -> Int {
        if let index { return index.end }
        return try input.end(of: offset, depth: depth - 1)
    }
}

extension ItemDecoder {
    /// Reads a value that lies in this one.
    func value<T: Decodable>(
        _ type: T.Type, with reader: inout ItemReader, _ step: @autoclosure () -> CodingStep
    ) throws -> T {
        let known = KnownType(type)
        guard known != .none else { return try unknown(type, with: &reader, step()) }
        do throws(PayloadError) {
            return try reader.read(known, as: type, depth: depth)
        } catch {
            throw failure(error, type, step())
        }
    }

    // Not specialised: for the known types, it would be so many copies of what they never reach.
    @_semantics("optimize.sil.specialize.generic.never")
    private func unknown<T: Decodable>(
        _ type: T.Type, with reader: inout ItemReader, _ step: CodingStep
    ) throws -> T {
        do throws(PayloadError) {
            if let collection = reader.byteCollection(type) {
                return try reader.read(collection, as: type)
            }
            guard depth < CBOR.maximumDepth else { throw .tooDeep() }
        } catch {
            throw failure(error, type, step)
        }
        let decoder = ItemDecoder(
            input: input, offset: reader.position, parent: self, step: step, depth: depth + 1)
        let value = try T(from: decoder)
        reader.position = try decoder.located { () throws(PayloadError) in try decoder.end() }
        return value
    }

    @inline(never)
    private func failure(
        _ error: PayloadError, _ type: Any.Type, _ step: CodingStep
    ) -> DecodingError {
        error.decodingError(type, at: codingPath + (step.codingKey.map { [$0] } ?? []))
    }

    /// A decoder of what lies at a place in this one.
    func nested(at offset: Int, _ step: CodingStep) throws -> ItemDecoder {
        try located { () throws(PayloadError) in
            guard depth < CBOR.maximumDepth else { throw .tooDeep() }
        }
        return ItemDecoder(
            input: input, offset: offset, parent: self, step: step, depth: depth + 1)
    }

    /// Turns errors of reading into those of `Codable`, which say where.
    func located<T>(_ work: () throws(PayloadError) -> T) throws -> T {
        do throws(PayloadError) {
            return try work()
        } catch {
            throw error.decodingError(T.self, at: codingPath)
        }
    }
}
