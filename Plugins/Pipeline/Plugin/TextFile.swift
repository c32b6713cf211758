// SPDX-License-Identifier: Apache-2.0

import Backplane
import Glibc

/// A text by the path of its file.
struct TextFile {
    let path: String

    /// The longest text that is read, in bytes: it crosses to another service in one piece.
    private static let limit = 64 << 20

    /// The whole text.
    ///
    /// - Throws: When it cannot be read, is no regular file (a pipe would block), is too long, or
    ///   is not UTF-8.
    func read() throws -> String {
        let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { throw failure("open") }
        defer { close(descriptor) }
        var status = stat()
        guard unsafe fstat(descriptor, &status) == 0 else { throw failure("fstat") }
        guard status.st_mode & S_IFMT == S_IFREG else {
            throw BackplaneError(.invalidArgument, "'\(path)' is not a regular file")
        }
        guard status.st_size <= Self.limit else {
            throw BackplaneError(
                .tooLarge,
                "'\(path)' has \(status.st_size) bytes; at most \(Self.limit) can be indexed")
        }
        let bytes = try bytes(of: descriptor, count: Int(status.st_size))
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw BackplaneError(.invalidArgument, "'\(path)' is not a text in UTF-8")
        }
        return text
    }

    private func bytes(of descriptor: Int32, count: Int) throws -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: count)
        var filled = 0
        while filled < bytes.count {
            // SAFETY: the range stays within the array, which lends its memory for the call.
            let count = unsafe bytes.withUnsafeMutableBytes { buffer in
                unsafe Glibc.read(
                    descriptor, buffer.baseAddress?.advanced(by: filled), buffer.count - filled)
            }
            if count > 0 {
                filled += count
            } else if count == 0 {
                bytes.removeLast(bytes.count - filled)
            } else if errno != EINTR {
                throw failure("read")
            }
        }
        return bytes
    }

    /// What `errno` says about the call that just failed.
    private func failure(_ call: String) -> BackplaneError {
        // SAFETY: strerror gives a string that lives until this thread asks again.
        let reason = unsafe String(cString: strerror(errno))
        return BackplaneError(.notFound, "cannot \(call) '\(path)': \(reason)")
    }
}
