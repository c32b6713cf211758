// SPDX-License-Identifier: Apache-2.0

/// A call with the receiver that it is for, made but not begun.
struct RoutedCall: Sendable {
    let call: Call
    /// `nil` when nothing has the name that was called.
    let receiver: (any CallReceiver)?
    /// Whose thread it may take.
    let entry: CallEntry
}
