// SPDX-License-Identifier: Apache-2.0

import Glibc

/// A file as memory: its bytes are read from the disk when they are looked at.
///
/// Whoever cuts the file off while it is mapped kills the process that looks behind the new end
/// with SIGBUS: one reason for `compute` to be a forked service.
///
/// SAFETY: the memory is never written to, stays mapped until deinit, and is given out as copies of
/// checked ranges.
@safe
final class MappedFile: Sendable {
    /// The file's path.
    let path: String
    /// How many bytes the file has.
    let count: Int

    // SAFETY: immutable, as the memory it points to.
    private nonisolated(unsafe) let start: UnsafeRawPointer

    /// Maps the file at `path`, which is not empty and a regular file.
    init(path: String) throws(ComputeError) {
        let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { throw Self.failure("open", path) }
        defer { close(descriptor) }
        var status = stat()
        guard unsafe fstat(descriptor, &status) == 0 else { throw Self.failure("fstat", path) }
        guard status.st_mode & S_IFMT == S_IFREG else {
            throw ComputeError("'\(path)' is not a regular file")
        }
        guard status.st_size > 0 else { throw ComputeError("'\(path)' is empty") }
        let count = Int(status.st_size)
        // SAFETY: the kernel chooses the place; the memory is this object's until deinit.
        let memory = unsafe mmap(nil, count, PROT_READ, MAP_PRIVATE, descriptor, 0)
        guard unsafe memory != MAP_FAILED, let memory = unsafe memory else {
            throw Self.failure("mmap", path)
        }
        self.path = path
        self.count = count
        unsafe start = UnsafeRawPointer(memory)
    }

    deinit {
        unsafe munmap(UnsafeMutableRawPointer(mutating: start), count)
    }

    /// A copy of the bytes in `range`; nil when the file does not have them all.
    func bytes(in range: Range<Int>) -> [UInt8]? {
        guard range.lowerBound >= 0, range.upperBound <= count else { return nil }
        // SAFETY: the range lies within the mapping, as was just checked.
        return unsafe Array(
            UnsafeRawBufferPointer(start: start + range.lowerBound, count: range.count))
    }

    private static func failure(_ call: String, _ path: String) -> ComputeError {
        // SAFETY: strerror gives a string that lives until this thread asks again.
        let reason = unsafe String(cString: strerror(errno))
        return ComputeError("cannot \(call) '\(path)': \(reason)")
    }
}
