// SPDX-License-Identifier: Apache-2.0

/// Where news of directories come from.
///
/// Used by one thread.
protocol DirectoryEvents: AnyObject {
    /// Readable when there are events.
    var descriptor: CInt { get }

    /// Watches the directory at `path`, which is no link, or changes what is of interest there.
    ///
    /// - Returns: The same number for the same directory, whatever its path.
    func add(_ path: String, _ interest: DirectoryInterest) throws(WatchFailure) -> CInt

    /// Stops watching; a watch that is gone already is fine.
    func remove(_ watch: CInt)

    /// Takes what has happened; never blocks.
    func read() -> [DirectoryEvent]
}
