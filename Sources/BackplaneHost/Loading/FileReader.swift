// SPDX-License-Identifier: Apache-2.0

package import BackplaneImage
internal import Glibc

/// Reads whole regular files, never blocking on what is none.
package enum FileReader {
    /// Plugins and the libraries beside them are not larger than this.
    static let limit = 1 << 30

    /// The bytes of the file at `path`.
    ///
    /// - Throws: `.unreadable`, naming the file and the fact.
    package static func read(_ path: String) throws(ImageError) -> [UInt8] {
        // Without O_NONBLOCK, opening a fifo would wait for a writer.
        let file = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard file >= 0 else { throw failure("can't be opened", path) }
        defer { close(file) }
        var status = stat()
        guard unsafe fstat(file, &status) == 0 else { throw failure("can't be examined", path) }
        guard status.st_mode & S_IFMT == S_IFREG else {
            throw ImageError(.unreadable, "\(path) is not a regular file")
        }
        guard status.st_size <= limit else {
            throw ImageError(.unreadable, "\(path) is larger than \(limit >> 20) MiB")
        }
        let size = Int(status.st_size)
        var failed = false
        let bytes = unsafe [UInt8](unsafeUninitializedCapacity: size) { buffer, count in
            while count < size {
                let rest = unsafe buffer.baseAddress.map { unsafe $0 + count }
                let got = unsafe Glibc.read(file, rest, size - count)
                if got < 0 && errno == EINTR { continue }
                if got < 0 { failed = true }
                if got <= 0 { break }
                count += got
            }
        }
        if failed { throw failure("can't be read", path) }
        return bytes
    }

    static func failure(_ what: String, _ path: String) -> ImageError {
        let reason = unsafe String(cString: strerror(errno))
        return ImageError(.unreadable, "\(path) \(what): \(reason)")
    }
}
