// SPDX-License-Identifier: Apache-2.0

internal import BackplaneTransport

/// The messages of one sender in a worker, from their arrival until they were passed on.
///
/// Its window is kept here once more: what the worker says of it is a claim. It opens when the worker
/// is told, so that it is never behind the worker's own.
struct MessageIntake {
    private var window = MessageWindow()
    private var credit = MessageCredit()

    /// Takes a message in; false when it had no right to be sent.
    mutating func take(_ size: Int) -> Bool { window.reserve(size) }

    /// Notes that a message was passed on.
    ///
    /// - Returns: How many to tell the worker of now; mostly none.
    mutating func passOn(_ size: Int) -> UInt64 {
        let told = credit.add(size)
        window.credit(told)
        return told
    }
}
