// SPDX-License-Identifier: Apache-2.0

/// Says in words why something could not be computed or loaded.
///
/// The host hands the words to the caller, with the code `failed` and the name of this type.
public struct ComputeError: Error, Equatable, CustomStringConvertible {
    /// What happened, to what, and what to do.
    public let message: String

    init(_ message: String) {
        self.message = message
    }

    /// The message.
    public var description: String { message }
}
