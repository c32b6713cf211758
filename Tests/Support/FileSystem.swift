// SPDX-License-Identifier: Apache-2.0

public import Foundation

/// What can be done to the names of files.
public enum FileSystem {
    /// Puts what is at one path in the place of what is at another, at once.
    @discardableResult
    public static func rename(_ path: String, to other: String) -> Bool {
        unsafe Foundation.rename(path, other) == 0
    }

    /// Takes a file, a link or an empty folder away.
    public static func remove(_ path: String) {
        if unsafe unlink(path) != 0 { unsafe rmdir(path) }
    }

    /// Makes a pipe with a name.
    public static func makePipe(_ path: String) {
        unsafe mkfifo(path, 0o600)
    }

    /// Makes a link to what need not exist.
    public static func makeLink(_ path: String, to target: String) {
        unsafe symlink(target, path)
    }

    /// Says who may do what with a file.
    public static func setMode(_ mode: mode_t, of path: String) {
        unsafe chmod(path, mode)
    }
}
