// SPDX-License-Identifier: Apache-2.0

internal import Glibc

/// Files that the kernel makes up as they are read, and which have no size.
enum ProcFile {
    /// The first 4 KiB of the file at `path`; `nil` when it can't be read.
    static func read(_ path: String) -> String? {
        let file = unsafe open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { return nil }
        defer { close(file) }
        let bytes = unsafe [UInt8](unsafeUninitializedCapacity: 4096) { buffer, count in
            count = max(0, unsafe Glibc.read(file, buffer.baseAddress, buffer.count))
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
