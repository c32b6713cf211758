// SPDX-License-Identifier: Apache-2.0

import Glibc

/// Reads small regular files, and nothing else: a fifo or a device never blocks the reader.
enum RegularFile {
    /// Why a file was not read.
    struct Failure: Error {
        /// A phrase that follows the file's name, such as `is a directory`.
        var message: String

        /// Whether there is no such file.
        var isMissing = false
    }

    /// The bytes of the regular file at `path`.
    ///
    /// Source: open(2), fstat(2), read(2).
    static func bytes(at path: String, limit: Int) throws(Failure) -> [UInt8] {
        guard !path.utf8.contains(0) else { throw Failure(message: "has a NUL in its name") }
        let flags = O_RDONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY
        let descriptor = retrying { unsafe open(path, flags) }
        guard descriptor >= 0 else { throw Failure(errno) }
        defer { close(descriptor) }
        var status = stat()
        guard unsafe fstat(descriptor, &status) == 0 else { throw Failure(errno) }
        if let kind = kindOfIrregular(status.st_mode) { throw Failure(message: "is \(kind)") }
        return try contents(of: descriptor, limit: limit)
    }

    private static func contents(of descriptor: Int32, limit: Int) throws(Failure) -> [UInt8] {
        var bytes: [UInt8] = []
        var block = [UInt8](repeating: 0, count: 64 << 10)
        while true {
            // SAFETY: the buffer is valid for the call, and `read` is told its size.
            let count = retrying {
                unsafe block.withUnsafeMutableBytes { buffer in
                    unsafe Glibc.read(descriptor, buffer.baseAddress, buffer.count)
                }
            }
            guard count >= 0 else { throw Failure(errno) }
            guard count > 0 else { return bytes }
            bytes += block[..<count]
            guard bytes.count <= limit else {
                throw Failure(message: "is larger than \(limit >> 10) KiB")
            }
        }
    }

    /// What a file is that is no regular one.
    private static func kindOfIrregular(_ mode: mode_t) -> String? {
        switch mode & S_IFMT {
        case S_IFREG: nil
        case S_IFDIR: "a directory"
        case S_IFIFO: "a fifo, not a regular file"
        case S_IFSOCK: "a socket, not a regular file"
        default: "a device, not a regular file"
        }
    }

    private static func retrying<Result: SignedInteger>(_ call: () -> Result) -> Result {
        while true {
            let result = call()
            if result >= 0 || errno != EINTR { return result }
        }
    }
}

extension RegularFile.Failure {
    /// The failure that an error number of open(2), fstat(2) or read(2) stands for.
    fileprivate init(_ number: Int32) {
        isMissing = number == ENOENT
        message =
            switch number {
            case ENOENT: "does not exist"
            case EACCES, EPERM: "may not be read by this user"
            case ENOTDIR: "lies in something that is no folder"
            case EISDIR: "is a directory"
            case ELOOP: "is a loop of symbolic links"
            case ENAMETOOLONG: "has too long a name"
            case ENXIO: "is a socket, not a regular file"
            case EMFILE, ENFILE: "cannot be opened: too many open files"
            default: "cannot be read: error number \(number)"
            }
    }
}
