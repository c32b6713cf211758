// SPDX-License-Identifier: Apache-2.0

/// Why a text is no YAML.
struct YAMLSyntaxError: Error {
    var message: String
    var position: SourcePosition

    /// Where what went wrong had begun, when that is another line.
    var contextLine: Int?
}
