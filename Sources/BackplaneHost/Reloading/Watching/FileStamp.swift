// SPDX-License-Identifier: Apache-2.0

internal import Glibc

/// What tells two states of a file apart without reading it, except for writes within one tick of
/// the file system's clock.
struct FileStamp: Sendable, Hashable {
    let device: UInt64
    let inode: UInt64
    let size: Int64
    let modified: Int64
    let changed: Int64

    /// Takes the stamp from what stat(2) said; times in nanoseconds since 1970.
    init(_ status: stat) {
        device = UInt64(status.st_dev)
        inode = UInt64(status.st_ino)
        size = Int64(status.st_size)
        modified = Self.nanoseconds(status.st_mtim)
        changed = Self.nanoseconds(status.st_ctim)
    }

    init(device: UInt64 = 1, inode: UInt64, size: Int64, modified: Int64, changed: Int64) {
        self.device = device
        self.inode = inode
        self.size = size
        self.modified = modified
        self.changed = changed
    }

    /// Whether nobody can have written between this stamp and another, except within one tick: at
    /// most owner, permissions or name are others.
    func isSameWriting(as other: FileStamp) -> Bool {
        device == other.device && inode == other.inode && size == other.size
            && modified == other.modified
    }

    // Wraps around for times that no clock shows: only equality counts.
    private static func nanoseconds(_ time: timespec) -> Int64 {
        Int64(time.tv_sec) &* 1_000_000_000 &+ Int64(time.tv_nsec)
    }
}
