// SPDX-License-Identifier: Apache-2.0

internal import Glibc

/// Why a control socket could not be opened, reached or understood.
package struct ControlError: Error, Sendable, CustomStringConvertible {
    /// What went wrong.
    package enum Code: String, Sendable {
        /// The path has more bytes than the system takes.
        case pathTooLong = "path-too-long"
        /// Nobody listens there, or nobody may.
        case unreachable
        /// The other side went away.
        case closed
        /// The other side does not speak this protocol.
        case malformed
        /// A system call failed.
        case system
    }

    package let code: Code
    package let message: String

    package init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    package var description: String { message }

    /// The error of a system call that has just failed, e.g.
    ///
    /// `bind`.
    static func system(
        _ call: String, _ subject: String, code: Code = .system, errno number: Int32 = errno
    ) -> ControlError {
        // SAFETY: glibc gives a string that is static or the thread's own, copied here.
        let reason = unsafe String(cString: strerror(number))
        return ControlError(code, "\(call) \(subject): \(reason)")
    }
}
