// SPDX-License-Identifier: Apache-2.0

/// Why a verb ends with something else than success: what is said, and the exit code.
struct CommandFailure: Error, Equatable {
    /// The codes that scripts rely on.
    static let failed: Int32 = 1
    static let usage: Int32 = 64
    static let unreachable: Int32 = 69
    static let interrupted: Int32 = 130

    let code: Int32
    /// What standard error shows; nothing when it has been said already.
    let message: String

    init(_ message: String, code: Int32 = failed) {
        self.code = code
        self.message = message
    }

    /// Everything has been said already.
    static let said = CommandFailure("")

    /// The verb was used wrongly.
    static func usage(_ message: String) -> CommandFailure {
        CommandFailure("error: \(message)", code: usage)
    }
}
