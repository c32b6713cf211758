// SPDX-License-Identifier: Apache-2.0

internal import Glibc

/// Whether there is a file.
package enum FilePresence {
    /// Whether something lies at `path`, a dangling link included: it is examined and refused in words
    /// later.
    package static func exists(_ path: String) -> Bool {
        var status = stat()
        return unsafe lstat(path, &status) == 0
    }
}
