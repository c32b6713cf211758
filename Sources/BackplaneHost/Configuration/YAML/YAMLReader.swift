// SPDX-License-Identifier: Apache-2.0

import CYAML

/// Reads a text with libyaml, event by event; all that is unsafe about it stays in this file.
///
/// A syntax error ends the reading: what follows is the end of the stream.
@safe struct YAMLReader: ~Copyable {
    private let parser: UnsafeMutablePointer<yaml_parser_t>
    private let input: UnsafeMutableBufferPointer<UInt8>
    private var hasEnded = false

    /// Begins to read a text, which must be UTF-8 without a byte order mark.
    init(_ text: [UInt8]) throws(YAMLSyntaxError) {
        // SAFETY: both allocations belong to this value alone and live until its deinit; the parser
        // keeps a pointer to the input and itself never moves.
        unsafe input = UnsafeMutableBufferPointer.allocate(capacity: text.count)
        _ = unsafe input.initialize(from: text)
        unsafe parser = UnsafeMutablePointer.allocate(capacity: 1)
        unsafe parser.initialize(to: yaml_parser_t())
        guard unsafe yaml_parser_initialize(parser) != 0 else {
            hasEnded = true
            throw YAMLSyntaxError(
                message: "no memory for the parser", position: SourceRange.top.start)
        }
        unsafe yaml_parser_set_encoding(parser, YAML_UTF8_ENCODING)
        unsafe yaml_parser_set_input_string(parser, input.baseAddress, input.count)
    }

    deinit {
        // SAFETY: deleting a parser whose initialisation failed is allowed: it is zeroed then.
        unsafe yaml_parser_delete(parser)
        unsafe parser.deallocate()
        unsafe input.deallocate()
    }

    /// The next event; after the end of the stream the end of the stream again.
    mutating func next() throws(YAMLSyntaxError) -> YAMLEvent {
        while !hasEnded {
            // SAFETY: the event owns its strings until it is deleted; they are copied before that.
            var event = unsafe yaml_event_t()
            guard unsafe yaml_parser_parse(parser, &event) != 0 else {
                hasEnded = true
                throw syntaxError()
            }
            defer { unsafe yaml_event_delete(&event) }
            let range = unsafe SourceRange(
                start: Self.position(event.start_mark), end: Self.position(event.end_mark))
            if let kind = unsafe Self.kind(event) {
                if case .streamEnd = kind { hasEnded = true }
                return YAMLEvent(kind: kind, range: range)
            }
        }
        return YAMLEvent(kind: .streamEnd, range: .top)
    }

    private func syntaxError() -> YAMLSyntaxError {
        // SAFETY: the parser's strings are static and its marks plain numbers.
        let problem = unsafe Self.string(parser.pointee.problem) ?? "not YAML"
        if unsafe parser.pointee.error == YAML_READER_ERROR {
            // The reader counts bytes only.
            let offset = unsafe parser.pointee.problem_offset
            return YAMLSyntaxError(message: problem, position: position(ofByte: offset))
        }
        let mark = unsafe Self.position(parser.pointee.problem_mark)
        guard let context = unsafe Self.string(parser.pointee.context) else {
            return YAMLSyntaxError(message: problem, position: mark)
        }
        let contextLine = unsafe Self.position(parser.pointee.context_mark).line
        return YAMLSyntaxError(
            message: "\(problem) \(context)", position: mark,
            contextLine: contextLine < mark.line ? contextLine : nil)
    }

    private func position(ofByte offset: Int) -> SourcePosition {
        // SAFETY: the slice is clamped to the input.
        let before = unsafe input[..<min(max(offset, 0), input.count)]
        let text = unsafe String(decoding: before, as: UTF8.self)
        let lines = SourceText.lines(of: text)
        return SourcePosition(
            line: lines.count, column: (lines.last?.unicodeScalars.count ?? 0) + 1)
    }

    private static func position(_ mark: yaml_mark_t) -> SourcePosition {
        SourcePosition(line: mark.line + 1, column: mark.column + 1)
    }

    /// What an event says; nil for the start of the stream, which says nothing.
    private static func kind(_ event: yaml_event_t) -> YAMLEvent.Kind? {
        // SAFETY: each member of the union is read only under the type that it belongs to.
        switch unsafe event.type {
        case YAML_DOCUMENT_START_EVENT: return .documentStart
        case YAML_DOCUMENT_END_EVENT: return .documentEnd
        case YAML_STREAM_END_EVENT: return .streamEnd
        case YAML_SEQUENCE_END_EVENT: return .listEnd
        case YAML_MAPPING_END_EVENT: return .mapEnd
        case YAML_ALIAS_EVENT:
            return unsafe .alias(string(event.data.alias.anchor) ?? "")
        case YAML_SEQUENCE_START_EVENT:
            let start = unsafe event.data.sequence_start
            return unsafe .listStart(properties(start.anchor, start.tag))
        case YAML_MAPPING_START_EVENT:
            let start = unsafe event.data.mapping_start
            return unsafe .mapStart(properties(start.anchor, start.tag))
        case YAML_SCALAR_EVENT:
            let scalar = unsafe event.data.scalar
            let bytes = unsafe UnsafeBufferPointer(start: scalar.value, count: scalar.length)
            let text = unsafe String(decoding: bytes, as: UTF8.self)
            let isPlain = unsafe scalar.style == YAML_PLAIN_SCALAR_STYLE
            return unsafe .scalar(text, isPlain: isPlain, properties(scalar.anchor, scalar.tag))
        default: return nil
        }
    }

    private static func properties(
        _ anchor: UnsafeMutablePointer<yaml_char_t>?, _ tag: UnsafeMutablePointer<yaml_char_t>?
    ) -> YAMLEvent.Properties {
        unsafe YAMLEvent.Properties(anchor: string(anchor), tag: string(tag))
    }

    // SAFETY: libyaml ends its strings with a zero.
    private static func string(_ start: UnsafeMutablePointer<yaml_char_t>?) -> String? {
        guard let start = unsafe start else { return nil }
        return unsafe String(cString: start)
    }

    private static func string(_ start: UnsafePointer<CChar>?) -> String? {
        guard let start = unsafe start else { return nil }
        return unsafe String(cString: start)
    }
}
