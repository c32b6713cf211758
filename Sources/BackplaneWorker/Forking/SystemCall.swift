// SPDX-License-Identifier: Apache-2.0

internal import BackplaneTransport
internal import Glibc

/// System calls that failed, in words.
enum SystemCall {
    /// Throws what went wrong when a result says so.
    static func check(_ result: CInt, _ call: String) throws(TransportError) {
        guard result < 0 else { return }
        throw TransportError(.system, words(call))
    }

    /// The words for a call that has just failed.
    static func words(_ call: String, _ number: CInt = errno) -> String {
        // SAFETY: strerror's text is copied at once.
        unsafe strerror(number).map { unsafe "\(call): \(String(cString: $0))" } ?? call
    }
}
