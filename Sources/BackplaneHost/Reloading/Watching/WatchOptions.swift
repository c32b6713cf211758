// SPDX-License-Identifier: Apache-2.0

/// How files are watched; the defaults are for everything but tests.
struct WatchOptions: Sendable {
    /// For shared objects.
    var image = SettleRules.image
    /// For all other files.
    var text = SettleRules.text
    /// The time between two looks at all files, although there are events.
    var pollPeriod: Duration = .seconds(2)
    /// The same where there are no events.
    var fallbackPeriod: Duration = .milliseconds(200)
    /// Opens the source of events, on the watching thread.
    var openEvents: @Sendable () throws(WatchFailure) -> any DirectoryEvents = {
        () throws(WatchFailure) in try Inotify()
    }

    func rules(for path: String) -> SettleRules {
        FileExamination.isImagePath(path) ? image : text
    }
}
