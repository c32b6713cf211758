// SPDX-License-Identifier: Apache-2.0

/// What a sender does when there is no room for its message.
enum EmitWait: Sendable {
    /// Blocks its thread until there is room or the call ends.
    case block
    /// Gives up at once.
    case never
    /// Gives up at once and is told when it is worth another try.
    case notify(@Sendable () -> Void)
}
