// SPDX-License-Identifier: Apache-2.0

import BackplaneHost

/// Finds the verb among the arguments, which may come after the options that all verbs share.
struct VerbFinder {
    /// The options that may stand before the verb, and whether a value follows.
    private static let shared = ["-c", "--config", "--socket"]

    let verbs: [String]

    init(verbs: [String] = BackplaneCommand.verbs) {
        self.verbs = verbs
    }

    /// The arguments with the verb first.
    ///
    /// - Throws: `CommandFailure` with the nearest verb when there is none of that name.
    func arguments(_ given: [String]) throws(CommandFailure) -> [String] {
        var index = 0
        while index < given.count, Self.shared.contains(given[index]) { index += 2 }
        while index < given.count, isJoined(given[index]) { index += 1 }
        guard index < given.count, !given[index].hasPrefix("-") else { return given }
        let verb = given[index]
        guard verbs.contains(verb) else {
            let hint = NearestName.hint(for: verb, among: verbs.filter { !$0.hasPrefix("_") })
            throw .usage("unknown verb '\(verb)'\(hint)\nsee: backplane --help")
        }
        let rest = given[(index + 1)...]
        return [verb] + (Self.callers.contains(verb) ? rest.map(Self.shielded) : Array(rest))
            + given[..<index]
    }

    /// The verbs that take JSON, which may be a negative number.
    private static let callers = ["call", "notify", "bench"]

    /// A negative number with a blank in front, which is the same JSON and no option.
    private static func shielded(_ argument: String) -> String {
        let isNumber = argument.first == "-" && argument.dropFirst().first?.isNumber == true
        return isNumber ? " \(argument)" : argument
    }

    private func isJoined(_ argument: String) -> Bool {
        Self.shared.contains { argument.hasPrefix("\($0)=") }
    }
}
