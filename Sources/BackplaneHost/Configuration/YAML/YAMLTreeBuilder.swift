// SPDX-License-Identifier: Apache-2.0

/// Builds the tree of a YAML file, and collects what is wrong with it on the way.
struct YAMLTreeBuilder: ~Copyable {
    /// How deep values may be nested.
    static let depthLimit = 100

    /// About how many bytes all aliases of a file may add when they are written out.
    static let expansionLimit = 8 << 20

    private let source: SourceText
    private var reader: YAMLReader
    private var anchors: [String: YAMLNode] = [:]
    private var names: [String] = []
    private var open: [String] = []
    private var expansion = 0
    private var isExhausted = false
    private(set) var errors: [ConfigurationError] = []

    /// Begins to read a text, which must be UTF-8 without a byte order mark.
    init(_ text: [UInt8], source: SourceText) throws(YAMLSyntaxError) {
        self.source = source
        reader = try YAMLReader(text)
    }

    /// The tree of the one document in the file; nil when the file has none, or is no YAML.
    static func tree(of text: [UInt8], source: SourceText) -> (YAMLNode?, [ConfigurationError]) {
        do throws(YAMLSyntaxError) {
            var builder = try YAMLTreeBuilder(text, source: source)
            do throws(YAMLSyntaxError) {
                return (try builder.document(), builder.errors)
            } catch {
                return (nil, builder.errors + [error.described(in: source)])
            }
        } catch {
            return (nil, [error.described(in: source)])
        }
    }

    private mutating func document() throws(YAMLSyntaxError) -> YAMLNode? {
        var root: YAMLNode?
        while true {
            let event = try reader.next()
            switch event.kind {
            case .streamEnd: return root
            case .documentStart where root != nil:
                report("there is a second document in the file", at: event.range)
                return root
            case .documentStart, .documentEnd: continue
            default: root = try node(event, depth: 0)
            }
        }
    }

    private mutating func node(
        _ event: YAMLEvent, depth: Int
    ) throws(YAMLSyntaxError) -> YAMLNode {
        guard depth < Self.depthLimit else {
            throw YAMLSyntaxError(
                message: "values are nested more than \(Self.depthLimit) deep",
                position: event.range.start)
        }
        switch event.kind {
        case .alias(let name): return alias(name, at: event.range)
        case .scalar(let text, let isPlain, let properties):
            return remembered(scalar(text, isPlain, properties, event.range), properties)
        case .listStart(let properties):
            check(properties.tag, allowed: .list, at: event.range)
            return try collection(event, properties, depth: depth) {
                builder throws(YAMLSyntaxError) in
                try builder.list(event, depth: depth)
            }
        case .mapStart(let properties):
            check(properties.tag, allowed: .map, at: event.range)
            return try collection(event, properties, depth: depth) {
                builder throws(YAMLSyntaxError) in
                try builder.map(event, depth: depth)
            }
        default: return YAMLNode(content: .broken, range: event.range, weight: 0)
        }
    }

    private mutating func collection(
        _ event: YAMLEvent, _ properties: YAMLEvent.Properties, depth: Int,
        read: (inout YAMLTreeBuilder) throws(YAMLSyntaxError) -> YAMLNode
    ) throws(YAMLSyntaxError) -> YAMLNode {
        if let anchor = properties.anchor { open.append(anchor) }
        let node = try read(&self)
        if properties.anchor != nil { open.removeLast() }
        return remembered(node, properties)
    }

    private mutating func list(
        _ start: YAMLEvent, depth: Int
    ) throws(YAMLSyntaxError) -> YAMLNode {
        var values: [YAMLNode] = []
        var weight = 64
        while true {
            let event = try reader.next()
            if case .listEnd = event.kind {
                let range = SourceRange(start: start.range.start, end: event.range.end)
                return YAMLNode(content: .list(values), range: range, weight: weight)
            }
            values.append(try node(event, depth: depth + 1))
            weight += values.last?.weight ?? 0
        }
    }

    private mutating func map(
        _ start: YAMLEvent, depth: Int
    ) throws(YAMLSyntaxError) -> YAMLNode {
        var entries: [YAMLEntry] = []
        var lines: [String: Int] = [:]
        var merged: [YAMLNode] = []
        while true {
            let event = try reader.next()
            if case .mapEnd = event.kind {
                let range = SourceRange(start: start.range.start, end: event.range.end)
                return merge(merged, into: entries, at: range)
            }
            let key = try node(event, depth: depth + 1)
            let value = try node(try reader.next(), depth: depth + 1)
            switch key.content {
            case .scalar(let scalar):
                if let line = lines.updateValue(key.range.start.line, forKey: scalar.text) {
                    report(
                        "duplicate key \(scalar.text.quoted)", at: key.range,
                        help: "it is first set in line \(line)")
                } else if scalar.isPlain && scalar.text == "<<" {
                    merged = mergeSources(value)
                } else {
                    entries.append(YAMLEntry(key: scalar.text, keyRange: key.range, value: value))
                }
            case .broken: continue
            case .list, .map: report("a key is one value, not a list or a map", at: key.range)
            }
        }
    }

    /// The maps that stand behind `<<`.
    private mutating func mergeSources(_ value: YAMLNode) -> [YAMLNode] {
        switch value.content {
        case .map: return [value]
        case .list(let values):
            return values.filter { value in
                switch value.content {
                case .map: return true
                case .broken: return false
                default:
                    report("'<<' takes a map or a list of maps", at: value.range)
                    return false
                }
            }
        case .broken: return []
        case .scalar:
            report("'<<' takes a map or a list of maps", at: value.range)
            return []
        }
    }

    /// Adds entries of other maps under names that are not taken yet.
    private func merge(
        _ sources: [YAMLNode], into own: [YAMLEntry], at range: SourceRange
    ) -> YAMLNode {
        var entries = own
        var names = Set(own.map(\.key))
        for case .map(let added) in sources.map(\.content) {
            entries += added.filter { names.insert($0.key).inserted }
        }
        let weight = entries.reduce(64) { $0 + 64 + $1.key.utf8.count + $1.value.weight }
        return YAMLNode(content: .map(entries), range: range, weight: weight)
    }

    private mutating func scalar(
        _ text: String, _ isPlain: Bool, _ properties: YAMLEvent.Properties, _ range: SourceRange
    ) -> YAMLNode {
        var scalar = YAMLScalar(text: text, isPlain: isPlain, tag: nil)
        if let name = properties.tag {
            guard let tag = CoreSchema.Tag(rawValue: name), tag != .list, tag != .map else {
                report("tag \(name.quoted) means nothing here", at: range)
                return YAMLNode(content: .broken, range: range, weight: 64)
            }
            scalar = YAMLScalar(text: text, isPlain: false, tag: tag)
        }
        return YAMLNode(content: .scalar(scalar), range: range, weight: 64 + text.utf8.count)
    }

    private mutating func alias(_ name: String, at range: SourceRange) -> YAMLNode {
        let broken = YAMLNode(content: .broken, range: range, weight: 64)
        guard !open.contains(name) else {
            report("\(("*" + name).quoted) stands for a value that it is part of", at: range)
            return broken
        }
        guard var node = anchors[name] else {
            report(
                "unknown alias \(("*" + name).quoted)", at: range,
                note: names.isEmpty ? "there is no anchor above" : NameAdvice.expected(names),
                help: NameAdvice.help(for: name, among: names))
            return broken
        }
        if !isExhausted { expansion += node.weight }
        guard expansion <= Self.expansionLimit else {
            // Said once: from here on every alias would be too much.
            if !isExhausted { report("the aliases of this file stand for too much", at: range) }
            isExhausted = true
            return broken
        }
        node.range = range
        return node
    }

    private mutating func remembered(
        _ node: YAMLNode, _ properties: YAMLEvent.Properties
    ) -> YAMLNode {
        if let anchor = properties.anchor, anchors.updateValue(node, forKey: anchor) == nil {
            names.append(anchor)
        }
        return node
    }

    private mutating func check(
        _ tag: String?, allowed: CoreSchema.Tag, at range: SourceRange
    ) {
        guard let tag, tag != allowed.rawValue, tag != CoreSchema.Tag.none.rawValue else { return }
        let line = SourceRange(start: range.start, end: range.start)
        report("tag \(tag.quoted) means nothing here", at: line)
    }

    private mutating func report(
        _ message: String, at range: SourceRange, note: String? = nil, help: String? = nil
    ) {
        guard errors.count < ConfigurationErrors.limit else { return }
        errors.append(source.error(message, at: range, note: note, help: help))
    }
}
