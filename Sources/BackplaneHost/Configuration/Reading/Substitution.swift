// SPDX-License-Identifier: Apache-2.0

/// Replaces `${…}` in a text, as Compose files have it, and `${file:…}`.
///
/// | written | stands for |
/// |---|---|
/// | `${V}` | the variable, which must be set |
/// | `${V:-text}`, `${V-text}` | the variable, or the text when it is unset or empty, or unset |
/// | `${V:?text}`, `${V?text}` | the variable, or an error with the text |
/// | `${V:+text}`, `${V+text}` | the text when the variable is set and not empty, or set; or nothing |
/// | `${file:PATH}` | the content of a file without its last newline, as a secret |
/// | `$$` | `$` |
///
/// What stands for a text may contain all of these. What is put in is not looked at again.
struct Substitution {
    /// A text with everything put in.
    struct Result: Equatable {
        var text = ""

        /// The text with secret parts masked.
        var masked = ""

        /// Whether a part of it is secret.
        var isSecret = false
    }

    /// Why a text cannot be replaced.
    struct Failure: Error, Equatable {
        var message: String
        var help: String?

        /// What in the text is wrong, for finding it in the file.
        var culprit: String
    }

    /// How deep `${…}` may stand in one another, and how long a result may be.
    static let depthLimit = 20
    static let sizeLimit = 1 << 20

    let variable: (String) -> String?
    let file: (String) -> Swift.Result<String, RegularFile.Failure>

    /// The text with everything put in.
    func replacing(_ text: String) throws(Failure) -> Result {
        guard text.utf8.contains(UInt8(ascii: "$")) else {
            return Result(text: text, masked: text)
        }
        return try replacing(Array(text.unicodeScalars)[...], depth: 0)
    }

    private func replacing(
        _ text: ArraySlice<Unicode.Scalar>, depth: Int
    ) throws(Failure) -> Result {
        var result = Result()
        var rest = text
        while let scalar = rest.popFirst() {
            guard scalar == "$" else {
                result.append(scalar)
                continue
            }
            switch rest.first {
            case "$":
                rest.removeFirst()
                result.append("$")
            case "{":
                rest.removeFirst()
                let expression = try Self.expression(&rest)
                result.append(try value(of: expression, depth: depth + 1))
            case .some(let next) where VariableName.isStart(next):
                let name = String(rest.prefix(while: VariableName.isPart))
                throw Failure(
                    message: "a variable is written with braces",
                    help: "write ${\(name)}, or $$\(name) for a dollar sign", culprit: "$\(name)")
            default: result.append("$")
            }
            guard result.text.utf8.count <= Self.sizeLimit else {
                throw Failure(message: "the text becomes too long", culprit: String(text))
            }
        }
        return result
    }

    /// Takes what stands between `${` and the brace that closes it.
    private static func expression(
        _ rest: inout ArraySlice<Unicode.Scalar>
    ) throws(Failure) -> ArraySlice<Unicode.Scalar> {
        let start = rest
        var depth = 1
        var previous: Unicode.Scalar?
        while let scalar = rest.popFirst() {
            if scalar == "{" && previous == "$" { depth += 1 }
            if scalar == "}" { depth -= 1 }
            if depth == 0 { return start[start.startIndex..<(rest.startIndex - 1)] }
            // The second dollar sign of two does not begin anything.
            previous = scalar == "$" && previous == "$" ? nil : scalar
        }
        throw Failure(
            message: "'${' is never closed", help: "write $${ for the two characters",
            culprit: "${" + String(start))
    }

    private func value(
        of expression: ArraySlice<Unicode.Scalar>, depth: Int
    ) throws(Failure) -> Result {
        let culprit = "${" + String(expression) + "}"
        guard depth <= Self.depthLimit else {
            throw Failure(message: "'${' is nested too deep", culprit: culprit)
        }
        let name = String(expression.prefix(while: VariableName.isPart))
        let rest = expression.dropFirst(name.unicodeScalars.count)
        let hasColon = rest.first == ":"
        let mark = hasColon ? rest.dropFirst().first : rest.first
        let word = rest.dropFirst(hasColon ? 2 : 1)
        guard VariableName.isValid(name), rest.isEmpty || hasColon || "-?+".contains(mark) else {
            throw Failure(
                message: "\(name.isEmpty ? culprit.quoted : name.quoted) is no variable's name",
                help: "write ${NAME}, or $${ for the two characters", culprit: culprit)
        }
        let isOperator = "-?+".contains(mark)
        if name == "file" && hasColon && !isOperator {
            return try secret(rest.dropFirst(), depth: depth, culprit: culprit)
        }
        let value = variable(name).flatMap { hasColon && $0.isEmpty ? nil : $0 }
        switch mark {
        case nil where !hasColon:
            guard let value else { throw unset(name, culprit) }
            return Result(text: value, masked: value)
        case "-":
            guard let value else { return try replacing(word, depth: depth) }
            return Result(text: value, masked: value)
        case "?":
            guard let value else {
                let reason = try replacing(word, depth: depth).masked
                throw unset(name, culprit, reason: reason)
            }
            return Result(text: value, masked: value)
        case "+": return value == nil ? Result() : try replacing(word, depth: depth)
        default:
            throw Failure(
                message: "nothing known follows \(name.quoted) in \(culprit.quoted)",
                help: "write ${\(name)}, ${\(name):-default} or ${\(name):?message}",
                culprit: culprit)
        }
    }

    private func unset(_ name: String, _ culprit: String, reason: String = "") -> Failure {
        let message = "variable \(name.quoted) is not set"
        guard reason.isEmpty else {
            return Failure(message: "\(message): \(reason)", culprit: culprit)
        }
        return Failure(
            message: message,
            help: "set it in the environment or in .env, or write ${\(name):-default}",
            culprit: culprit)
    }

    private func secret(
        _ path: ArraySlice<Unicode.Scalar>, depth: Int, culprit: String
    ) throws(Failure) -> Result {
        let path = try replacing(path, depth: depth)
        guard !path.text.isEmpty else {
            throw Failure(message: "'${file:}' names no file", culprit: culprit)
        }
        switch file(path.text) {
        case .failure(let failure):
            throw Failure(
                message: "file \(path.masked.quoted) \(failure.message)", culprit: culprit)
        case .success(let content):
            return Result(text: content, masked: Secret.mask, isSecret: true)
        }
    }
}

extension Substitution.Result {
    fileprivate mutating func append(_ scalar: Unicode.Scalar) {
        text.unicodeScalars.append(scalar)
        masked.unicodeScalars.append(scalar)
    }

    fileprivate mutating func append(_ other: Substitution.Result) {
        text += other.text
        masked += other.masked
        isSecret = isSecret || other.isSecret
    }
}

extension String {
    fileprivate init(_ scalars: ArraySlice<Unicode.Scalar>) {
        var view = String.UnicodeScalarView()
        view.append(contentsOf: scalars)
        self.init(view)
    }

    fileprivate func contains(_ scalar: Unicode.Scalar?) -> Bool {
        guard let scalar else { return false }
        return unicodeScalars.contains(scalar)
    }
}
