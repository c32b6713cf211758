// SPDX-License-Identifier: Apache-2.0

/// The text of a configuration file on its way to a configuration; touches no file itself.
struct ConfigurationDocument {
    /// The file, as messages call it.
    let file: String

    /// The absolute path of the file.
    let path: String

    let variables: Variables

    /// Gives the text of a file that the configuration names, by its absolute path.
    let readFile: (String) -> Result<String, RegularFile.Failure>

    /// The configuration that the text holds.
    ///
    /// - Parameter errors: What is known to be wrong already.
    func read(
        _ bytes: [UInt8], errors: [ConfigurationError] = []
    ) throws(ConfigurationErrors) -> HostConfiguration {
        let hasMark = bytes.starts(with: [0xEF, 0xBB, 0xBF])
        let bytes = hasMark ? Array(bytes.dropFirst(3)) : bytes
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw ConfigurationErrors(errors + [encodingError(bytes)])
        }
        let source = SourceText(file: file, text: text)
        let (root, syntaxErrors) = YAMLTreeBuilder.tree(of: bytes, source: source)
        guard let root else {
            let problems = errors + syntaxErrors
            guard problems.isEmpty else { throw ConfigurationErrors(problems) }
            throw ConfigurationErrors([
                source.error(
                    "the file is empty", at: .top, help: "begin with version: 1 and services:")
            ])
        }
        let folder = AbsolutePath.folder(of: path)
        let reader = SettingsReader(
            source: source, folder: folder, variables: variables, readFile: readFile)
        let host = read(root, with: reader, folder: folder)
        let found = (syntaxErrors + reader.errors).enumerated().sorted { first, second in
            (first.element.line ?? 0, first.element.column ?? 0, first.offset)
                < (second.element.line ?? 0, second.element.column ?? 0, second.offset)
        }
        let problems = errors + found.prefix(ConfigurationErrors.limit).map(\.element)
        guard problems.isEmpty else { throw ConfigurationErrors(problems) }
        return host
    }

    private func read(
        _ root: YAMLNode, with reader: SettingsReader, folder: String
    ) -> HostConfiguration {
        var host = HostConfiguration(folder: folder, file: path)
        host.stateFolder = reader.absolute(".backplane")
        host.pluginFolders = ["plugins", ".build/release"].map(reader.absolute)
        let keys = ["version", "host", "defaults", "services"]
        let fields = reader.fields(root, in: .file, keys: keys)
        guard case .map = root.content else { return host }
        // A section whose lines are all commented out is empty, not wrong.
        let sections = Dictionary(
            fields.filter { !$0.value.isNull || $0.key == "version" }.map { ($0.key, $0.value) },
            uniquingKeysWith: { first, _ in first })
        checkVersion(sections["version"], with: reader)
        if let section = sections["host"] { HostReader(reader: reader).read(section, into: &host) }
        if !fields.contains(where: { $0.key == "services" }) {
            reader.report("'services' is missing", at: .top, help: "add services: with a map")
        }
        let empty = YAMLNode(content: .map([]), range: .top, weight: 0)
        host.services = ServicesReader(reader: reader)
            .services(sections["services"] ?? empty, defaults: sections["defaults"])
        return host
    }

    private func checkVersion(_ node: YAMLNode?, with reader: SettingsReader) {
        guard let node else {
            reader.report("'version' is missing", at: .top, help: "add version: 1")
            return
        }
        let version = reader.read(node, "'version'", expected: "1") { scalar, _ in
            if case .int(let number) = scalar { number } else { nil }
        }
        guard let version, version != 1 else { return }
        reader.report("unknown version \(version)", at: node.range, note: "expected 1")
    }

    /// Where the text stops to be UTF-8.
    private func encodingError(_ bytes: [UInt8]) -> ConfigurationError {
        var decoder = UTF8()
        var iterator = bytes.makeIterator()
        var position = SourceRange.top.start
        while case .scalarValue(let scalar) = decoder.decode(&iterator) {
            position.column += 1
            if scalar == "\n" { position = SourcePosition(line: position.line + 1, column: 1) }
        }
        return ConfigurationError(
            file: file, line: position.line, column: position.column,
            message: "the file is not UTF-8", help: "save it in that encoding")
    }
}

extension YAMLNode {
    /// Whether nothing stands there.
    fileprivate var isNull: Bool {
        guard case .scalar(let scalar) = content, scalar.isPlain else { return false }
        return CoreSchema.resolve(scalar.text) == .null
    }
}
