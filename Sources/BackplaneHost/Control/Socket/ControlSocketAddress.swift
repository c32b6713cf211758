// SPDX-License-Identifier: Apache-2.0

internal import Glibc

/// The address of a unix socket of any path.
///
/// The system's addresses hold 107 bytes. A longer path is reached through a descriptor of its
/// folder: `/proc/self/fd/9/host.sock`. Source: unix(7).
enum ControlSocketAddress {
    /// How many bytes of a path an address holds.
    static let capacity = 107

    /// Lends the address of `path` to `body`, which binds or connects.
    static func with<Result>(
        path: String,
        _ body: (UnsafePointer<sockaddr>, socklen_t) throws(ControlError) -> Result
    ) throws(ControlError) -> Result {
        guard path.utf8.count > capacity else { return try unsafe withAddress(of: path, body) }
        let slash = path.lastIndex(of: "/")
        let folder = slash.map { String(path[..<$0]) } ?? "."
        let name = slash.map { String(path[path.index(after: $0)...]) } ?? path
        let descriptor = unsafe open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw .system("open", folder) }
        defer { close(descriptor) }
        let short = "/proc/self/fd/\(descriptor)/\(name)"
        guard short.utf8.count <= capacity else {
            throw ControlError(
                .pathTooLong,
                "\(path): a socket's name has \(name.utf8.count) bytes, the system takes"
                    + " \(capacity - short.utf8.count + name.utf8.count)")
        }
        return try unsafe withAddress(of: short, body)
    }

    private static func withAddress<Result>(
        of path: String,
        _ body: (UnsafePointer<sockaddr>, socklen_t) throws(ControlError) -> Result
    ) throws(ControlError) -> Result {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        // SAFETY: the callers have checked that the path and its NUL fit into `sun_path`.
        unsafe withUnsafeMutableBytes(of: &address.sun_path) { bytes in
            unsafe bytes.copyBytes(from: path.utf8)
        }
        return try unsafe withUnsafePointer(to: address) { pointer throws(ControlError) in
            let general = unsafe UnsafeRawPointer(pointer).assumingMemoryBound(to: sockaddr.self)
            return try unsafe body(general, socklen_t(MemoryLayout<sockaddr_un>.size))
        }
    }
}
