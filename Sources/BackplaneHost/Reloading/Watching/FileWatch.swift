// SPDX-License-Identifier: Apache-2.0

internal import BackplaneTransport

/// Watches files and says, for each change, what became of it once the file has settled.
///
/// A file is settled when it can be used: its writer has closed it or moved it here, and it is as
/// long as its own ELF headers say; or, where that can't be seen, it was left alone for a while
/// (`SettleRules`). Every settled change is reported once at most, and the last one always. What
/// comes in between, before it has settled, is not.
///
/// - Directories are watched, not files, and every link and directory on the way to them, so that
///   files, links and directories may be replaced, removed and made again.
/// - The bytes decide, never the times: whatever an event is about is read and compared.
/// - All files are looked at every two seconds besides, for where no events come (network file
///   systems, some containers). Without inotify that happens more often, with a warning.
/// - No watched file is ever kept open or mapped.
///
/// One thread, `bp-watch`, and two descriptors, for any number of files.
final class FileWatch: Sendable {
    private let mailbox: WatchMailbox

    /// Starts to watch nothing.
    ///
    /// - Parameters:
    ///   - changed: Called for each change, on the watching thread, one at a time: until it returns
    ///     nothing else is looked at. It may call this watch.
    ///   - warn: Called, on the same thread, with why some changes will be seen later than they
    ///     should; again only after that was over.
    /// - Throws: When the system has no thread or descriptor left. That it has no inotify left is a
    ///   warning.
    init(
        _ options: WatchOptions = WatchOptions(),
        changed: @escaping @Sendable (FileChange) -> Void,
        warn: @escaping @Sendable (String) -> Void = { _ in }
    ) throws(TransportError) {
        let mailbox = try WatchMailbox()
        let observer = WatchObserver(changed: changed, warn: warn)
        let isStarted = Threads.start("bp-watch") {
            var loop = WatchLoop(mailbox, options, observer)
            loop.run()
        }
        guard isStarted else {
            throw TransportError(.system, "can't watch files: no thread left for it")
        }
        self.mailbox = mailbox
    }

    deinit {
        mailbox.close()
    }

    /// Watches these files from now on and no others; what lies there now is no change.
    ///
    /// - Parameter paths: Absolute. Nothing need be there yet.
    func watch(_ paths: Set<String>) {
        watch(Dictionary(uniqueKeysWithValues: paths.map { ($0, nil) }))
    }

    /// Watches these files from now on and no others, by what is known of their content.
    ///
    /// For a path that is watched already nothing begins anew, and its hash has no effect.
    ///
    /// - Parameter known: Absolute paths, each with the `ContentHash` of the bytes in use: if there
    ///   are others by now, that is a change. Nothing for what lies there now.
    func watch(_ known: [String: UInt64?]) {
        // Looked at here, so that what happens after this returns is a change.
        let starts = known.map { path, hash in
            (path, hash.map { .known($0) } ?? WatchMailbox.Start.sight(FileSight(path: path)))
        }
        mailbox.watch(Dictionary(uniqueKeysWithValues: starts))
    }

    /// Has the bytes of all files compared, as if events had been lost.
    func rescan() {
        mailbox.rescan()
    }

    /// Ends the watching; a call of `changed` that is on its way may still come.
    func close() {
        mailbox.close()
    }
}
