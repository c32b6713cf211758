// SPDX-License-Identifier: Apache-2.0

import Foundation

/// Code that pages show, and that programs of this repository run.
public enum Snippets {
    /// The blocks of a page that are code of a language.
    public static func shown(on page: String, language: String = "swift") throws -> [String] {
        try String(contentsOf: Oracle.root.appending(path: page), encoding: .utf8)
            .components(separatedBy: "```\(language)\n").dropFirst()
            .map { $0.components(separatedBy: "```")[0] }
    }

    /// What stands between `// snippet: name` and `// end` in the files of a folder, without the
    /// indentation of its place.
    public static func found(in folder: String) throws -> Set<String> {
        var found: Set<String> = []
        for file in try FileManager.default.contentsOfDirectory(
            at: Oracle.root.appending(path: folder), includingPropertiesForKeys: nil)
        where file.pathExtension == "swift" {
            var lines: [Substring]?
            let text = try String(contentsOf: file, encoding: .utf8)
            for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
                let bare = line.trimmingCharacters(in: .whitespaces)
                if bare.hasPrefix("// snippet: ") {
                    lines = []
                } else if bare == "// end" {
                    found.insert(dedented(lines ?? []))
                    lines = nil
                } else {
                    lines?.append(line)
                }
            }
        }
        return found
    }

    private static func dedented(_ lines: [Substring]) -> String {
        let depth = lines.first?.prefix { $0 == " " }.count ?? 0
        return lines.map { $0.dropFirst(depth) + "\n" }.joined()
    }
}
