// SPDX-License-Identifier: Apache-2.0

/// Who may open the host's control socket.
public struct SocketConfiguration: Sendable, Hashable {
    /// The permission bits of the socket file: `0o600`, or `0o660` for a group too.
    public var mode: UInt32

    /// The name or number of the group that the socket file belongs to; nil for the process's own.
    public var group: String?

    /// Makes the settings of a control socket; the defaults are those of a configuration file.
    public init(mode: UInt32 = 0o600, group: String? = nil) {
        self.mode = mode
        self.group = group
    }
}
