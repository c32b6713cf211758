// SPDX-License-Identifier: Apache-2.0

internal import BackplaneImage
internal import Glibc

/// Removes folders of copies.
enum FolderRemoval {
    /// Removes the folder at `path` and all that is in it; one that isn't there is fine.
    ///
    /// Symbolic links are removed, never followed.
    static func remove(_ path: String) throws(ImageError) {
        var status = stat()
        guard unsafe lstat(path, &status) == 0 else { return }
        guard status.st_mode & S_IFMT == S_IFDIR else {
            guard unsafe unlink(path) == 0 || errno == ENOENT else {
                throw FileReader.failure("can't be removed", path)
            }
            return
        }
        for name in try names(in: path) { try remove("\(path)/\(name)") }
        guard unsafe rmdir(path) == 0 || errno == ENOENT else {
            throw FileReader.failure("can't be removed", path)
        }
    }

    private static func names(in path: String) throws(ImageError) -> [String] {
        guard let folder = unsafe opendir(path) else {
            throw FileReader.failure("can't be listed", path)
        }
        defer { unsafe closedir(folder) }
        var names: [String] = []
        while let entry = unsafe readdir(folder) {
            // SAFETY: the entry is valid until the next readdir of this folder; its name ends in NUL.
            let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                unsafe pointer.withMemoryRebound(to: CChar.self, capacity: 256) {
                    unsafe String(cString: $0)
                }
            }
            if name != "." && name != ".." { names.append(name) }
        }
        return names
    }
}
