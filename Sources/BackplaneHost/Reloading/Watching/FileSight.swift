// SPDX-License-Identifier: Apache-2.0

internal import Glibc

/// What lies at a path, links followed, seen without opening it.
enum FileSight: Sendable, Hashable {
    /// Nothing, or a link to nothing.
    case missing
    case file(FileStamp)
    /// Nothing that could ever be read, such as a directory; in words, for people.
    case refused(String)

    /// Looks; never blocks but for the file system itself.
    ///
    /// Source: stat(2).
    init(path: String) {
        guard !path.utf8.contains(0) else {
            self = .refused("\(path) has a NUL in its name")
            return
        }
        var status = stat()
        guard unsafe stat(path, &status) == 0 else {
            self = Self.failed(errno, path)
            return
        }
        switch status.st_mode & S_IFMT {
        case S_IFREG: self = .file(FileStamp(status))
        case S_IFDIR: self = .refused("\(path) is a directory, not a regular file")
        case S_IFIFO: self = .refused("\(path) is a fifo, not a regular file")
        case S_IFSOCK: self = .refused("\(path) is a socket, not a regular file")
        default: self = .refused("\(path) is a device, not a regular file")
        }
    }

    private static func failed(_ number: CInt, _ path: String) -> FileSight {
        switch number {
        case ENOENT, ENOTDIR: return .missing
        case ELOOP: return .refused("\(path) is a loop of symbolic links")
        default: return .refused("\(path) can't be examined: \(SystemWords.of(number))")
        }
    }
}
