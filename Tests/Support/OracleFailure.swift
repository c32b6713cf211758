// SPDX-License-Identifier: Apache-2.0

/// Says why an oracle did not answer, and what to do about it.
public struct OracleFailure: Error, CustomStringConvertible {
    /// What happened, in words.
    public let description: String

    init(_ what: String) {
        description = "\(what)\nRun `make oracles` to install what the tests compare with."
    }
}
