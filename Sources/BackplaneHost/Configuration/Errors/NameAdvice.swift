// SPDX-License-Identifier: Apache-2.0

/// What a message says about a name that is not one of those expected.
///
/// Files decide how many names there are and how long they get, so both have bounds here.
enum NameAdvice {
    /// How many names a message lists.
    static let listLimit = 30

    /// How many names are compared, and how long those may be.
    private static let comparisonLimit = 200
    private static let lengthLimit = 100

    /// The words `expected one of: a, b, c`.
    static func expected(_ names: [String]) -> String {
        guard !names.isEmpty else { return "there is none" }
        let listed = names.prefix(listLimit).map { String($0.prefix(lengthLimit)) }
        let more = names.count > listLimit ? " and \(names.count - listLimit) more" : ""
        return "expected one of: \(listed.joined(separator: ", "))\(more)"
    }

    /// The words `did you mean 'a'?`, when a name is near.
    ///
    /// - Parameter synonyms: Other names that people may try, and the one that is meant.
    static func help(
        for name: String, among names: [String], synonyms: KeyValuePairs<String, String> = [:]
    ) -> String? {
        let near = names.prefix(comparisonLimit) + synonyms.map(\.key)
        let candidates = near.filter { $0.utf8.count <= lengthLimit }
        guard let nearest = NearestName.find(name, among: candidates) else { return nil }
        let meant = synonyms.first { $0.key == nearest }?.value ?? nearest
        return "did you mean '\(meant)'?"
    }
}
