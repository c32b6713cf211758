// SPDX-License-Identifier: Apache-2.0

import OracleSupport
import Testing

@testable import BackplaneHost

/// Watches that are added, kept and removed.
struct DirectoryWatchesTests {
    /// Keeps account, and gives directories the numbers it is told to.
    private final class Book: DirectoryEvents {
        var numbers: [String: CInt] = [:]
        var interests: [CInt: DirectoryInterest] = [:]
        var removed: [CInt] = []
        let descriptor: CInt = -1

        func add(_ path: String, _ interest: DirectoryInterest) throws(WatchFailure) -> CInt {
            guard let number = numbers[path] else {
                throw WatchFailure(number: 2, message: "no \(path)")
            }
            interests[number] = interest
            return number
        }

        func remove(_ watch: CInt) { removed.append(watch) }

        func read() -> [DirectoryEvent] { [] }
    }

    @Test func `what is no longer of interest is removed, and the rest kept`() {
        let book = Book()
        book.numbers = ["/a": 1, "/b": 2, "/c": 3]
        var watches = DirectoryWatches(book)
        #expect(watches.watch(["/a": .itself, "/b": .names]).isEmpty)
        #expect(watches.paths(1) == ["/a"])
        #expect(watches.watch(["/b": .names, "/c": .itself]).isEmpty)
        #expect(book.removed == [1])
        #expect(watches.count == 2)
        #expect(watches.paths(1).isEmpty)
        #expect(watches.paths(2) == ["/b"])
    }

    @Test func `another directory under the same path takes its place`() {
        let book = Book()
        book.numbers = ["/a": 1]
        var watches = DirectoryWatches(book)
        _ = watches.watch(["/a": .itself])
        book.numbers = ["/a": 7]
        _ = watches.watch(["/a": .itself])
        #expect(book.removed == [1])
        #expect(watches.paths(7) == ["/a"])
    }

    @Test func `one directory under two paths is watched for both`() {
        let book = Book()
        book.numbers = ["/a": 1, "/b": 1]
        var watches = DirectoryWatches(book)
        _ = watches.watch(["/a": [.itself, .names], "/b": [.itself, .contents]])
        #expect(book.interests[1] == [.itself, .names, .contents])
        #expect(watches.paths(1) == ["/a", "/b"])
        _ = watches.watch(["/b": .itself])
        #expect(book.removed.isEmpty)
        #expect(watches.paths(1) == ["/b"])
    }

    @Test func `what is missing is a failure of its own`() {
        let book = Book()
        book.numbers = ["/a": 1]
        var watches = DirectoryWatches(book)
        let failures = watches.watch(["/a": .itself, "/b": .itself])
        #expect(Array(failures.keys) == ["/b"])
        #expect(failures["/b"]?.isMissing == true)
        #expect(watches.paths(1) == ["/a"])
    }

    @Test func `the kernel knows one directory by one number`() throws {
        let folder = TemporaryFolder()
        let inotify = try Inotify()
        let first = try inotify.add(folder.path, .itself)
        #expect(try inotify.add("\(folder.path)/.", [.itself, .contents]) == first)
        inotify.remove(first)
        inotify.remove(first)
        inotify.remove(12_345)
        #expect(throws: WatchFailure.self) { try inotify.add("/nowhere/at/all", .itself) }
    }
}
