// SPDX-License-Identifier: Apache-2.0

/// Everything that is wrong with a configuration file, in the order of its lines.
public struct ConfigurationErrors: Error, Sendable, Hashable {
    /// How many errors of a file are told; a file that has more is something else altogether.
    static let limit = 1000

    /// The errors; at least one.
    public var errors: [ConfigurationError]

    /// Makes the whole of several errors.
    public init(_ errors: [ConfigurationError]) {
        self.errors = errors
    }
}

extension ConfigurationErrors: CustomStringConvertible {
    /// Every error as people read it, then a line with their count.
    public var description: String {
        errors.map { "\($0)\n" }.joined() + summary
    }

    /// How many errors there are, in words.
    public var summary: String {
        if errors.count == 1 { return "1 error" }
        return "\(errors.count) errors" + (errors.count < Self.limit ? "" : " or more")
    }
}
