// SPDX-License-Identifier: Apache-2.0

internal import CLinux
internal import Glibc
internal import Synchronization

/// A unix socket that listens at a path.
///
/// It is bound under another name, given its mode and its group, and only then renamed to its path:
/// nobody can reach it before it is as it should be, and a file that a dead host left is replaced.
final class ControlListener: Sendable {
    /// What came of waiting for a connection.
    enum Arrival {
        case connection(Int32)
        /// The system has no descriptors or memory for one more.
        case exhausted
        case nothing
    }

    private let path: String
    private let socket: Int32
    private let identity: FileIdentity
    private let isRemoved = Atomic<Bool>(false)

    init(path: String, mode: UInt32, group: gid_t?) throws(ControlError) {
        self.path = path
        let kind =
            Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
            | Int32(SOCK_NONBLOCK.rawValue)
        let socket = Glibc.socket(AF_UNIX, kind, 0)
        guard socket >= 0 else { throw .system("socket", "of \(path)") }
        do {
            identity = try Self.open(socket, at: path, mode: mode, group: group)
        } catch {
            close(socket)
            throw error
        }
        self.socket = socket
    }

    deinit {
        remove()
        close(socket)
    }

    /// Waits for a connection, or until `bell` can be read.
    func accept(unless bell: Int32) -> Arrival {
        var descriptors = [
            pollfd(fd: socket, events: Int16(POLLIN), revents: 0),
            pollfd(fd: bell, events: Int16(POLLIN), revents: 0),
        ]
        guard unsafe poll(&descriptors, 2, -1) > 0, descriptors[0].revents != 0 else {
            return .nothing
        }
        let connection = Glibc.accept(socket, nil, nil)
        if connection >= 0 {
            _ = clinux_set_close_on_exec(connection, 1)
            return .connection(connection)
        }
        switch errno {
        case EMFILE, ENFILE, ENOMEM, ENOBUFS: return .exhausted
        default: return .nothing
        }
    }

    /// Takes the file away, if it is still this socket's.
    func remove() {
        guard !isRemoved.exchange(true, ordering: .relaxed),
            FileIdentity(path: path) == identity
        else { return }
        _ = unsafe unlink(path)
    }

    private static func open(
        _ socket: Int32, at path: String, mode: UInt32, group: gid_t?
    ) throws(ControlError) -> FileIdentity {
        let draft = "\(path).\(getpid())"
        _ = unsafe unlink(draft)
        try unsafe ControlSocketAddress.with(path: draft) { address, size throws(ControlError) in
            guard unsafe bind(socket, address, size) == 0 else { throw .system("bind", draft) }
        }
        do throws(ControlError) {
            guard unsafe chmod(draft, mode) == 0 else { throw ControlError.system("chmod", draft) }
            if let group {
                guard unsafe chown(draft, .max, group) == 0 else {
                    throw ControlError.system("chown", draft)
                }
            }
            guard listen(socket, 128) == 0 else { throw ControlError.system("listen", path) }
            guard let identity = FileIdentity(path: draft), unsafe rename(draft, path) == 0 else {
                throw ControlError.system("rename", path)
            }
            return identity
        } catch {
            _ = unsafe unlink(draft)
            throw error
        }
    }
}

/// Which file it is, whatever its path.
private struct FileIdentity: Equatable {
    let device: dev_t
    let inode: ino_t

    init?(path: String) {
        var status = stat()
        guard unsafe lstat(path, &status) == 0 else { return nil }
        device = status.st_dev
        inode = status.st_ino
    }
}
