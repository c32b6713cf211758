// SPDX-License-Identifier: Apache-2.0

internal import Glibc

extension TransportError {
    static let channelClosed = TransportError(.closed, "the channel is closed")

    /// The error of the system call `call` that has just failed; see its page in section 2.
    static func lastError(_ call: String, _ number: CInt = errno) -> TransportError {
        // SAFETY: strerror's text is copied at once.
        let words = unsafe strerror(number).map { unsafe String(cString: $0) } ?? "error \(number)"
        return TransportError(.system, "\(call): \(words)")
    }
}
