// SPDX-License-Identifier: Apache-2.0

/// Keeps the kernel's watches in step with the directories that are of interest.
///
/// A watch belongs to a directory, not to its path: one directory can have several paths (bind
/// mounts), and a path can have another directory from one moment to the next. So every path is
/// added anew each time, which costs a microsecond and changes nothing if it is still the same.
struct DirectoryWatches {
    private let events: any DirectoryEvents
    private var watches: [String: CInt] = [:]
    private var directories: [CInt: Set<String>] = [:]

    init(_ events: any DirectoryEvents) {
        self.events = events
    }

    /// How many watches there are.
    var count: Int { directories.count }

    /// The paths of a watched directory; none for a watch that is gone.
    func paths(_ watch: CInt) -> Set<String> { directories[watch] ?? [] }

    /// Watches these directories and no others.
    ///
    /// - Returns: Those that could not be watched.
    mutating func watch(_ interests: [String: DirectoryInterest]) -> [String: WatchFailure] {
        var failures: [String: WatchFailure] = [:]
        var next: [String: CInt] = [:]
        var given: [CInt: DirectoryInterest] = [:]
        for (path, interest) in interests {
            do throws(WatchFailure) {
                let watch = try events.add(path, interest)
                if let other = given[watch], !interest.isSuperset(of: other) {
                    // Another path of the same directory, which takes more of an interest.
                    _ = try events.add(path, interest.union(other))
                }
                given[watch, default: []].formUnion(interest)
                next[path] = watch
            } catch {
                failures[path] = error
            }
        }
        let old = Set(directories.keys)
        watches = next
        directories = [:]
        for (path, watch) in next { directories[watch, default: []].insert(path) }
        for watch in old.subtracting(directories.keys) { events.remove(watch) }
        return failures
    }
}
