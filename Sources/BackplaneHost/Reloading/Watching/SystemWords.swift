// SPDX-License-Identifier: Apache-2.0

internal import Glibc

/// What the system calls its error numbers.
enum SystemWords {
    static func of(_ number: CInt) -> String {
        // SAFETY: the text is copied at once.
        unsafe strerror(number).map { unsafe String(cString: $0) } ?? "error \(number)"
    }
}
