// SPDX-License-Identifier: Apache-2.0

import BackplanePayload

/// Writes what a payload says as JSON text.
struct JSONPrinter {
    let pretty: Bool
    var text: [UInt8] = []
    /// False once the payload has turned out to hold what JSON cannot say.
    var isRepresentable = true

    init(pretty: Bool) {
        self.pretty = pretty
    }

    /// Writes the one item that a payload is.
    mutating func document(_ payload: Span<UInt8>) throws(JSONError) -> String {
        // No bytes at all mean null.
        if payload.isEmpty { return "null" }
        var reader = ItemReader(payload)
        do throws(PayloadError) {
            try item(&reader, depth: 0)
            try reader.expectEnd()
        } catch {
            throw isRepresentable
                ? JSONError(payload: error) : JSONError(.notRepresentable, error.message)
        }
        return String(decoding: text, as: UTF8.self)
    }

    private mutating func item(
        _ reader: inout ItemReader, depth: Int
    ) throws(PayloadError) {
        let head = try reader.item()
        switch head.major {
        case .text: string(try reader.string(after: head))
        case .bytes: base64(try reader.byteString(after: head))
        case .array: try array(head, &reader, depth: depth + 1)
        case .map: try map(head, &reader, depth: depth + 1)
        case .tag where head.isTypedArray:
            var unpacked = ItemWriter()
            try unpacked.unpackedArray(head, from: &reader)
            var inner = ItemReader(unpacked.bytes.span)
            try item(&inner, depth: depth)
        case .unsigned, .negative, .tag: try number(head, &reader)
        case .simple:
            switch head.info {
            case 20: append("false")
            case 21: append("true")
            case 22, 23: append("null")
            default: try number(head, &reader)
            }
        }
    }

    private mutating func array(
        _ head: ItemHead, _ reader: inout ItemReader, depth: Int
    ) throws(PayloadError) {
        try checkDepth(depth)
        append("[")
        var written = 0
        try reader.elements(head) { (reader) throws(PayloadError) in
            separate(&written, depth)
            try item(&reader, depth: depth)
        }
        close("]", written, depth)
    }

    private mutating func map(
        _ head: ItemHead, _ reader: inout ItemReader, depth: Int
    ) throws(PayloadError) {
        try checkDepth(depth)
        append("{")
        var written = 0
        var keys: Set<ExactString> = []
        try reader.entries(head) { (reader, key) throws(PayloadError) in
            guard keys.insert(ExactString(key)).inserted else { return false }
            separate(&written, depth)
            string(key)
            append(pretty ? ": " : ":")
            try item(&reader, depth: depth)
            return true
        }
        close("}", written, depth)
    }

    private func checkDepth(_ depth: Int) throws(PayloadError) {
        guard depth <= CBOR.maximumDepth else { throw .tooDeep() }
    }

    private mutating func separate(_ written: inout Int, _ depth: Int) {
        if written > 0 { append(",") }
        written += 1
        newLine(depth)
    }

    private mutating func close(_ bracket: StaticString, _ written: Int, _ depth: Int) {
        if written > 0 { newLine(depth - 1) }
        append(bracket)
    }

    private mutating func newLine(_ depth: Int) {
        guard pretty else { return }
        text.append(UInt8(ascii: "\n"))
        text.append(contentsOf: repeatElement(UInt8(ascii: " "), count: depth * 2))
    }
}
