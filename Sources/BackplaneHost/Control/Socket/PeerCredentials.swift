// SPDX-License-Identifier: Apache-2.0

internal import Glibc

/// Who is at the other end of a unix socket, as the kernel says.
struct PeerCredentials: Equatable {
    let process: pid_t
    let user: uid_t
    let group: gid_t
    /// The groups that the peer is in besides `group`.
    let otherGroups: [gid_t]

    init(process: pid_t, user: uid_t, group: gid_t, otherGroups: [gid_t] = []) {
        self.process = process
        self.user = user
        self.group = group
        self.otherGroups = otherGroups
    }

    /// Asks the kernel about the peer of a connected socket.
    ///
    /// Source: unix(7), SO_PEERCRED (a `struct ucred`: pid, uid, gid) and SO_PEERGROUPS.
    init(of socket: Int32) throws(ControlError) {
        var fields: (UInt32, UInt32, UInt32) = (0, 0, 0)
        var size = socklen_t(MemoryLayout.size(ofValue: fields))
        guard unsafe getsockopt(socket, SOL_SOCKET, SO_PEERCRED, &fields, &size) == 0 else {
            throw .system("getsockopt", "SO_PEERCRED")
        }
        self.init(
            process: pid_t(bitPattern: fields.0), user: fields.1, group: fields.2,
            otherGroups: Self.groups(of: socket))
    }

    private static func groups(of socket: Int32) -> [gid_t] {
        let peerGroups: Int32 = 59
        var groups = [gid_t](repeating: 0, count: 256)
        var size = socklen_t(groups.count * MemoryLayout<gid_t>.size)
        // Without an answer the peer is only in its first group.
        guard unsafe getsockopt(socket, SOL_SOCKET, peerGroups, &groups, &size) == 0 else {
            return []
        }
        return Array(groups.prefix(Int(size) / MemoryLayout<gid_t>.size))
    }

    /// Whether the peer may use the socket: the host's own user, root, or a member of the group that
    /// the configuration opens the socket for.
    func mayControl(hostOf owner: uid_t, openedFor opened: gid_t?) -> Bool {
        if user == owner || user == 0 { return true }
        guard let opened else { return false }
        return group == opened || otherGroups.contains(opened)
    }
}
