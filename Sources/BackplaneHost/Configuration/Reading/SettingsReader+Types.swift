// SPDX-License-Identifier: Apache-2.0

extension SettingsReader {
    /// A text that is not empty.
    func text(_ node: YAMLNode, _ setting: String, expected: String = "a text") -> String? {
        read(node, setting, expected: expected, help: Self.quoteAdvice) { scalar, _ in
            guard case .string(let text) = scalar, !text.isEmpty else { return nil }
            return text.utf8.contains(0) ? nil : text
        }
    }

    static func quoteAdvice(_ scalar: CoreSchema.Scalar) -> String? {
        switch scalar {
        case .null, .string: nil
        default: "put it in quotes"
        }
    }

    /// `true` or `false`.
    func bool(_ node: YAMLNode, _ setting: String) -> Bool? {
        read(node, setting, expected: "true or false", help: Self.truthAdvice) { scalar, _ in
            guard case .bool(let value) = scalar else { return nil }
            return value
        }
    }

    private static func truthAdvice(_ scalar: CoreSchema.Scalar) -> String? {
        guard case .string(let text) = scalar else { return nil }
        return switch text.lowercased() {
        case "yes", "on", "y", "true": "write true"
        case "no", "off", "n", "false": "write false"
        default: nil
        }
    }

    /// A whole number within bounds.
    func integer(_ node: YAMLNode, _ setting: String, in bounds: ClosedRange<Int>) -> Int? {
        let expected = "a whole number from \(bounds.lowerBound) to \(bounds.upperBound)"
        return read(node, setting, expected: expected) { scalar, _ in
            guard case .int(let value) = scalar, let number = Int(exactly: value) else {
                return nil
            }
            return bounds.contains(number) ? number : nil
        }
    }

    /// A number within bounds.
    func number(_ node: YAMLNode, _ setting: String, in bounds: ClosedRange<Double>) -> Double? {
        let expected = "a number from \(bounds.lowerBound) to \(bounds.upperBound)"
        return read(node, setting, expected: expected) { scalar, _ in
            switch scalar {
            case .int(let value): bounds.contains(Double(value)) ? Double(value) : nil
            case .double(let value): bounds.contains(value) ? value : nil
            default: nil
            }
        }
    }

    /// A size with a unit, within bounds.
    func size(_ node: YAMLNode, _ setting: String, in bounds: ClosedRange<Int>) -> Int? {
        let expected =
            "a size from \(SizeText.text(bounds.lowerBound)) to \(SizeText.text(bounds.upperBound))"
        return read(node, setting, expected: expected, help: Self.sizeAdvice) { scalar, _ in
            guard case .string(let text) = scalar, let bytes = SizeText.bytes(text),
                let size = Int(exactly: bytes)
            else { return nil }
            return bounds.contains(size) ? size : nil
        }
    }

    private static func sizeAdvice(_ scalar: CoreSchema.Scalar) -> String? {
        switch scalar {
        case .int(let value) where value >= 0: "add a unit: \(value)MiB or \(value)KiB"
        case .double, .unsigned: "add a unit, such as MiB or KiB"
        case .string(let text) where SizeText.bytes(text) != nil || text.hasPrefix("-"): nil
        case .string: "the units are B, KiB, MiB, GiB, TiB, kB, MB, GB and TB"
        default: nil
        }
    }

    /// A duration with a unit; zero only where it makes sense.
    func duration(_ node: YAMLNode, _ setting: String, allowsZero: Bool = false) -> Duration? {
        let expected = allowsZero ? "a duration such as 250ms" : "a duration above zero such as 30s"
        return read(node, setting, expected: expected, help: Self.unitAdvice) { scalar, _ in
            Self.duration(scalar, allowsZero: allowsZero)
        }
    }

    /// A size above zero with a unit.
    func size(_ node: YAMLNode, _ setting: String) -> UInt64? {
        read(node, setting, expected: "a size above zero such as 512MiB", help: Self.sizeAdvice) {
            scalar, _ in
            guard case .string(let text) = scalar, let bytes = SizeText.bytes(text), bytes > 0
            else { return nil }
            return UInt64(bytes)
        }
    }

    /// A duration above zero, or `none`.
    func timeout(_ node: YAMLNode, _ setting: String) -> TimeoutSetting? {
        let expected = "a duration above zero such as 30s, or none"
        return read(node, setting, expected: expected, help: Self.unitAdvice) { scalar, _ in
            if scalar == .string("none") { return TimeoutSetting.unlimited }
            return Self.duration(scalar, allowsZero: false).map(TimeoutSetting.limited)
        }
    }

    private static func duration(_ scalar: CoreSchema.Scalar, allowsZero: Bool) -> Duration? {
        guard case .string(let text) = scalar, let value = DurationText.duration(text) else {
            return nil
        }
        return value > .zero || allowsZero ? value : nil
    }

    private static func unitAdvice(_ scalar: CoreSchema.Scalar) -> String? {
        switch scalar {
        case .int(let value) where value >= 0: "add a unit: \(value)s or \(value)ms"
        case .double, .unsigned: "add a unit, such as s or ms"
        case .string(let text) where text.hasPrefix("-"): nil
        case .string: "the units are d, h, m, s, ms, us and ns"
        default: nil
        }
    }

    /// One of some names.
    ///
    /// - Parameter synonyms: Other names that people may try, and the one that is meant.
    func choice<Choice>(
        _ node: YAMLNode, _ noun: String, of place: SettingPlace, names: [String],
        synonyms: KeyValuePairs<String, String> = [:], parse: (String) -> Choice?
    ) -> Choice? {
        let expected = NameAdvice.expected(names)
        guard let value = value(node) else { return nil }
        if case .scalar(_, let text) = value, let choice = parse(text.text) { return choice }
        guard case .scalar(let scalar, let text) = value, scalar != .null else {
            report(
                "\(place.setting(noun)) cannot be \(value.found)", at: node.range,
                note: expected)
            return nil
        }
        report(
            "unknown \(noun) \(text.masked.quoted) for \(place.whole)", at: node.range,
            note: expected,
            help: NameAdvice.help(for: text.masked, among: names, synonyms: synonyms))
        return nil
    }

    /// Any value, as a plugin is handed it.
    func configuration(_ node: YAMLNode) -> ConfigurationValue? {
        switch value(node) {
        case nil: return nil
        case .scalar(.outOfRange, let text) where !text.isSecret:
            report(
                "the number \(text.masked.quoted) is out of range", at: node.range,
                help: "put it in quotes to keep it as a text")
            return nil
        case .scalar(let scalar, let text): return ConfigurationValue(scalar, text)
        case .list(let nodes): return .list(nodes.compactMap(configuration))
        case .map(let entries):
            let pairs = entries.map { ($0.key, configuration($0.value) ?? .null) }
            return .map(Dictionary(pairs, uniquingKeysWith: { first, _ in first }))
        }
    }
}

extension ConfigurationValue {
    /// A resolved scalar.
    ///
    /// One with a secret part stays a text, whatever it looks like: a password of digits is no number.
    fileprivate init(_ scalar: CoreSchema.Scalar, _ text: Substitution.Result) {
        guard !text.isSecret else {
            self = .secret(Secret(text.text, masked: text.masked))
            return
        }
        switch scalar {
        case .null, .outOfRange: self = .null
        case .bool(let value): self = .bool(value)
        case .int(let value): self = .int(value)
        case .unsigned(let value): self = .unsigned(value)
        case .double(let value): self = .double(value)
        case .string(let value): self = .string(value)
        }
    }
}
