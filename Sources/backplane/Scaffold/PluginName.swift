// SPDX-License-Identifier: Apache-2.0

/// The name of a new plugin in all the forms that its files need.
struct PluginName: Equatable {
    /// As it was given: the folder.
    let folder: String
    /// The Swift type, the target and the library: `MyPlugin`.
    let type: String
    /// The service: `my-plugin`.
    let service: String

    /// Names of modules that a plugin's own would hide or clash with.
    private static let taken: Set<String> = [
        "Backplane", "BackplaneTesting", "BackplanePayload", "BackplaneHost", "CBackplane",
        "Dispatch", "Foundation", "Glibc", "Logging", "Observation", "Plugin", "Regex", "Swift",
        "Synchronization", "Testing", "XCTest",
    ]

    /// Takes a name: a letter, then letters, digits, `-` and `_`.
    init(_ name: String) throws(CommandFailure) {
        let letters = name.unicodeScalars
        guard let first = letters.first, Self.isLetter(first), letters.count <= 64,
            letters.allSatisfy({ Self.isLetter($0) || Self.isDigit($0) || $0 == "-" || $0 == "_" })
        else {
            throw .usage(
                "'\(name)' cannot be a plugin's name: a letter, then letters, digits, '-' and '_'")
        }
        folder = name
        let words = Self.words(of: name)
        type = words.map { $0.prefix(1).uppercased() + $0.dropFirst() }.joined()
        service = words.map { $0.lowercased() }.joined(separator: "-")
        guard !Self.taken.contains(type), service != "host", service != "rpc" else {
            throw .usage("'\(name)' is the name of something else; take another one")
        }
    }

    /// The words that a name is made of: `myPlugin_two` has three.
    private static func words(of name: String) -> [String] {
        var words: [String] = []
        var word = ""
        var wasUppercase = true
        for character in name {
            let isUppercase = character.isUppercase
            if character == "-" || character == "_" || isUppercase && !wasUppercase {
                if !word.isEmpty { words.append(word) }
                word = ""
            }
            if character != "-", character != "_" { word.append(character) }
            wasUppercase = isUppercase
        }
        return word.isEmpty ? words : words + [word]
    }

    private static func isLetter(_ scalar: Unicode.Scalar) -> Bool {
        ("a"..."z").contains(scalar) || ("A"..."Z").contains(scalar)
    }

    private static func isDigit(_ scalar: Unicode.Scalar) -> Bool {
        ("0"..."9").contains(scalar)
    }
}
