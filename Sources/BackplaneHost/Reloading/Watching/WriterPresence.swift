// SPDX-License-Identifier: Apache-2.0

internal import CLinux
internal import Glibc

/// Whether somebody has a file open for writing.
enum WriterPresence: Sendable, Hashable {
    case none
    case some
    /// Neither the file system nor our permissions tell.
    case unknown

    /// Asks for the regular file at `path`; opens it for a moment.
    init(path: String) {
        let file = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)
        guard file >= 0 else {
            self = .unknown
            return
        }
        defer { close(file) }
        switch clinux_has_writer(file) {
        case 0: self = .none
        case 1: self = .some
        default: self = .unknown
        }
    }
}
