// SPDX-License-Identifier: Apache-2.0

import Glibc

/// Paths that do not depend on the working directory.
enum AbsolutePath {
    /// The path as it is when it is absolute, else below `folder`; without `.` and empty components.
    ///
    /// `..` stays: what it means is known only to the file system, which may have links in the way.
    static func joining(_ path: String, to folder: String) -> String {
        let whole = path.hasPrefix("/") ? path : "\(folder)/\(path)"
        return "/" + whole.split(separator: "/").filter { $0 != "." }.joined(separator: "/")
    }

    /// The folder that a file lies in.
    static func folder(of path: String) -> String {
        guard let slash = path.lastIndex(of: "/"), slash != path.startIndex else { return "/" }
        return String(path[..<slash])
    }

    /// The working directory; nil when it has gone.
    ///
    /// Source: getcwd(3).
    static var workingDirectory: String? {
        // SAFETY: with a null buffer getcwd allocates, and what it allocated is freed once copied.
        guard let path = unsafe getcwd(nil, 0) else { return nil }
        defer { unsafe free(path) }
        return unsafe String(cString: path)
    }
}
