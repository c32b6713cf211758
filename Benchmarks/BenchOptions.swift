// SPDX-License-Identifier: Apache-2.0

/// What the program is told.
struct BenchOptions {
    /// Whether a missed bound is a failure.
    var isCheck = false
    /// The sections to measure, or the beginnings of their names; `nil` for all.
    private var sections: Set<String>?
    /// Where the report goes as JSON; `nil` for nowhere.
    var file: String?

    static let usage = "usage: backplane-bench [--check] [--only SECTION[,SECTION…]] [--json FILE]"

    /// Reads the arguments.
    ///
    /// - Parameter known: The sections there are.
    /// - Throws: `Mistake` for an argument or a section that there is not.
    init(_ arguments: some Sequence<String>, known: [String]) throws(Mistake) {
        var rest = Array(arguments)[...]
        while let argument = rest.popFirst() {
            switch argument {
            case "--check": isCheck = true
            case "--only":
                sections = Set(
                    try Self.value(of: argument, &rest).split(separator: ",").map(String.init))
            case "--json": file = try Self.value(of: argument, &rest)
            default: throw Mistake(description: "unknown argument '\(argument)'\n\(Self.usage)")
            }
        }
        for section in sections ?? []
        where !known.contains(where: { Self.isNamed($0, by: section) }) {
            let names = known.joined(separator: ", ")
            throw Mistake(description: "there is no section '\(section)'; there are \(names)")
        }
    }

    /// Whether a section is to be measured.
    func wants(_ section: String) -> Bool {
        sections?.contains { Self.isNamed(section, by: $0) } ?? true
    }

    /// `forked` names `forked-echo` and all others that begin like this.
    private static func isNamed(_ section: String, by name: String) -> Bool {
        section == name || section.hasPrefix("\(name)-")
    }

    private static func value(
        of option: String, _ rest: inout ArraySlice<String>
    ) throws(Mistake) -> String {
        guard let value = rest.popFirst() else {
            throw Mistake(description: "\(option) wants a value\n\(usage)")
        }
        return value
    }

    /// The program was called in a way that it does not know.
    struct Mistake: Error {
        let description: String
    }
}
