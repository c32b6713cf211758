// SPDX-License-Identifier: Apache-2.0

/// Reads the values of a configuration file: puts variables in, resolves types, reports what is wrong.
///
/// What cannot be read is reported and nil; the caller goes on, so that all errors come at once.
final class SettingsReader {
    /// How much text variables and files may add to a configuration.
    static let growthLimit = 16 << 20

    let source: SourceText

    /// The folder that relative paths start from; absolute.
    let folder: String

    private(set) var errors: [ConfigurationError] = []
    private var reported: Set<ConfigurationError> = []
    private let variables: Variables
    private let readFile: (String) -> Result<String, RegularFile.Failure>
    private var files: [String: Result<String, RegularFile.Failure>] = [:]
    private var growth = 0

    /// Reads values of `source`; `readFile` gets absolute paths.
    init(
        source: SourceText, folder: String, variables: Variables,
        readFile: @escaping (String) -> Result<String, RegularFile.Failure>
    ) {
        self.source = source
        self.folder = folder
        self.variables = variables
        self.readFile = readFile
    }

    /// Adds an error, unless the same has been said of the same place: aliases show places twice.
    func report(
        _ message: String, at range: SourceRange, note: @autoclosure () -> String? = nil,
        help: @autoclosure () -> String? = nil
    ) {
        guard errors.count < ConfigurationErrors.limit else { return }
        let error = source.error(message, at: range, note: note(), help: help())
        if reported.insert(error).inserted { errors.append(error) }
    }

    /// A path of the file, made absolute.
    func absolute(_ path: String) -> String { AbsolutePath.joining(path, to: folder) }

    // MARK: Values

    /// A value whose variables are put in and whose type is known.
    enum Value {
        case scalar(CoreSchema.Scalar, Substitution.Result)
        case list([YAMLNode])
        case map([YAMLEntry])

        /// The value in the words of a message, secrets masked.
        var found: String {
            switch self {
            case .scalar(.null, _): "empty"
            case .scalar(_, let text): text.masked.quoted
            case .list: "a list"
            case .map: "a map"
            }
        }
    }

    /// The value of a node; nil when something is wrong with it, which has been reported.
    func value(_ node: YAMLNode) -> Value? {
        switch node.content {
        case .broken: return nil
        case .list(let values): return .list(values)
        case .map(let entries): return .map(entries)
        case .scalar(let scalar):
            guard let text = replaced(scalar.text, at: node.range) else { return nil }
            guard let tag = scalar.tag else {
                return .scalar(
                    scalar.isPlain ? CoreSchema.resolve(text.text) : .string(text.text), text)
            }
            guard let value = CoreSchema.resolve(text.text, as: tag) else {
                report("\(text.masked.quoted) does not fit its tag", at: node.range)
                return nil
            }
            return .scalar(value, text)
        }
    }

    private func replaced(_ text: String, at range: SourceRange) -> Substitution.Result? {
        let substitution = Substitution(variable: { self.variables[$0] }, file: content)
        do throws(Substitution.Failure) {
            let result = try substitution.replacing(text)
            growth += max(0, result.text.utf8.count - text.utf8.count)
            guard growth <= Self.growthLimit else {
                report("the file becomes too long with its variables put in", at: range)
                return nil
            }
            return result
        } catch {
            let narrowed = source.narrowed(range, to: error.culprit)
            report(error.message, at: narrowed, help: error.help)
            return nil
        }
    }

    private func content(of path: String) -> Result<String, RegularFile.Failure> {
        let path = absolute(path)
        if let known = files[path] { return known }
        let content = readFile(path)
        files[path] = content
        return content
    }

    /// A value that has to be one of a kind; anything else is reported.
    ///
    /// - Parameter expected: What the value ought to be, in words that follow `expected`.
    func read<Result>(
        _ node: YAMLNode, _ setting: String, expected: String,
        help: (CoreSchema.Scalar) -> String? = { _ in nil },
        convert: (CoreSchema.Scalar, Substitution.Result) -> Result?
    ) -> Result? {
        guard let value = value(node) else { return nil }
        var advice: String?
        if case .scalar(let scalar, let text) = value {
            if let result = convert(scalar, text) { return result }
            advice = help(scalar)
        }
        report(
            "\(setting) cannot be \(value.found)", at: node.range, note: "expected \(expected)",
            help: advice)
        return nil
    }

    // MARK: Maps and lists

    /// The entries of a map whose keys are fixed; every other key is reported.
    func fields(
        _ node: YAMLNode, in place: SettingPlace, keys: [String]
    ) -> [YAMLEntry] {
        guard let entries = entries(node, place.whole) else { return [] }
        return entries.filter { entry in
            if keys.contains(entry.key) { return true }
            reportUnknown(entry, in: place, keys: keys)
            return false
        }
    }

    private func reportUnknown(_ entry: YAMLEntry, in place: SettingPlace, keys: [String]) {
        report(
            "unknown key \(entry.key.quoted) in \(place.whole)", at: entry.keyRange,
            note: NameAdvice.expected(keys), help: NameAdvice.help(for: entry.key, among: keys))
    }

    /// The entries of a map but for extensions; anything else is reported.
    func entries(_ node: YAMLNode, _ setting: String) -> [YAMLEntry]? {
        guard let value = value(node) else { return nil }
        if case .map(let entries) = value { return entries.filter { !$0.isExtension } }
        report("\(setting) cannot be \(value.found)", at: node.range, note: "expected a map")
        return nil
    }

    /// The values of a list; anything else is reported.
    func list(_ node: YAMLNode, _ setting: String) -> [YAMLNode]? {
        guard let value = value(node) else { return nil }
        if case .list(let values) = value { return values }
        var help: String?
        if case .scalar(.string, let text) = value { help = "write [\(text.masked)]" }
        report(
            "\(setting) cannot be \(value.found)", at: node.range, note: "expected a list",
            help: help)
        return nil
    }
}
