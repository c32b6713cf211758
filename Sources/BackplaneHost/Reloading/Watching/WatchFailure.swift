// SPDX-License-Identifier: Apache-2.0

internal import Glibc

/// Why the system won't tell of changes.
struct WatchFailure: Error, Hashable {
    /// As errno(3).
    let number: CInt
    /// What happened, to what, and what to do.
    let message: String

    /// The failure of a call of inotify(7), as errno has it.
    ///
    /// - Parameter path: The directory that was to be watched; none for the instance as such.
    static func last(_ call: String, _ path: String? = nil) -> WatchFailure {
        let number = errno
        let what = path.map { "no events of \($0)" } ?? "no events of files"
        let remedy =
            switch (number, path) {
            case (ENOSPC, _): "; raise fs.inotify.max_user_watches"
            case (EMFILE, nil):
                "; raise fs.inotify.max_user_instances or the limit of open files"
            case (EACCES, _): "; let this user read it"
            default: ""
            }
        return WatchFailure(
            number: number,
            message: "\(what) (\(call): \(SystemWords.of(number))), so they are polled\(remedy)")
    }

    /// Whether there is no such directory any more: the way to it is another now.
    var isMissing: Bool { number == ENOENT || number == ENOTDIR || number == ELOOP }
}
