// SPDX-License-Identifier: Apache-2.0

import Glibc

/// A file by its path; a relative one counts from the process's working directory, which is the
/// folder of the host's configuration.
struct LocalFile {
    let path: String

    /// The file's bytes.
    ///
    /// - Throws: When it cannot be read, is no regular file (a pipe would block), or is longer than
    ///   `limit`.
    func read(atMost limit: Int) throws(TokenizerError) -> [UInt8] {
        let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { throw failure("open") }
        defer { close(descriptor) }
        var status = stat()
        guard unsafe fstat(descriptor, &status) == 0 else { throw failure("fstat") }
        guard status.st_mode & S_IFMT == S_IFREG else {
            throw TokenizerError("'\(path)' is not a regular file")
        }
        guard status.st_size <= limit else {
            throw TokenizerError(
                "'\(path)' has \(status.st_size) bytes; at most \(limit) can be read")
        }
        var bytes = [UInt8](repeating: 0, count: Int(status.st_size))
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

    /// Replaces the file by `text`, all or nothing: readers see the old one or the new one.
    func write(_ text: String) throws(TokenizerError) {
        let draft = LocalFile(path: "\(path).\(getpid()).new")
        try draft.create(text)
        guard unsafe rename(draft.path, path) == 0 else {
            let error = failure("rename")
            unsafe unlink(draft.path)
            throw error
        }
    }

    private func create(_ text: String) throws(TokenizerError) {
        let descriptor = unsafe open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw failure("open") }
        defer { close(descriptor) }
        let bytes = Array(text.utf8)
        var written = 0
        while written < bytes.count {
            // SAFETY: the range stays within the array, which lends its memory for the call.
            let count = unsafe bytes.withUnsafeBytes { buffer in
                unsafe Glibc.write(
                    descriptor, buffer.baseAddress?.advanced(by: written), buffer.count - written)
            }
            if count >= 0 {
                written += count
            } else if errno != EINTR {
                let error = failure("write")
                unsafe unlink(path)
                throw error
            }
        }
    }

    /// What `errno` says about the call that just failed.
    private func failure(_ call: String) -> TokenizerError {
        // SAFETY: strerror gives a string that lives until this thread asks again.
        let reason = unsafe String(cString: strerror(errno))
        return TokenizerError("cannot \(call) '\(path)': \(reason)")
    }
}
