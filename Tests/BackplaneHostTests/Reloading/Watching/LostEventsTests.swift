// SPDX-License-Identifier: Apache-2.0

import BackplaneTransport
import Foundation
import Glibc
import Synchronization
import Testing

@testable import BackplaneHost

/// Events that don't come, or not all of them.
struct LostEventsTests {
    /// Tells that something happened, but not what: the kernel's queue was full.
    private final class Overflowing: DirectoryEvents {
        private let inotify: Inotify

        init() throws(WatchFailure) { inotify = try Inotify() }

        var descriptor: CInt { inotify.descriptor }

        func add(_ path: String, _ interest: DirectoryInterest) throws(WatchFailure) -> CInt {
            try inotify.add(path, interest)
        }

        func remove(_ watch: CInt) { inotify.remove(watch) }

        func read() -> [DirectoryEvent] {
            inotify.read().isEmpty
                ? [] : [DirectoryEvent(watch: -1, kind: .overflow, name: "")]
        }
    }

    /// Has no room for a directory.
    private final class Full: DirectoryEvents {
        private let inotify: Inotify

        init() throws(WatchFailure) { inotify = try Inotify() }

        var descriptor: CInt { inotify.descriptor }

        func add(_ path: String, _ interest: DirectoryInterest) throws(WatchFailure) -> CInt {
            errno = ENOSPC
            throw .last("inotify_add_watch", path)
        }

        func remove(_ watch: CInt) {}

        func read() -> [DirectoryEvent] { [] }
    }

    private func place(
        _ openEvents: @escaping @Sendable () throws(WatchFailure) -> any DirectoryEvents
    ) throws -> WatchedFolder {
        var options = WatchOptions()
        options.openEvents = openEvents
        return try WatchedFolder(options)
    }

    /// Goes through what is in the life of a file.
    private func live(in place: WatchedFolder) throws {
        try place.makeFolder("build")
        let plugin = try place.write("build/libA.so", try WatchedFolder.image(0))
        let hash = WatchedFolder.hash(try WatchedFolder.image(0))
        let later = place.path("later/libB.so")
        place.watch.watch([plugin: hash, later: nil])

        try place.replace("build/libA.so", try WatchedFolder.image(1))
        var change = try place.next()
        #expect(change.kind == .settled)
        #expect(change.contentHash == WatchedFolder.hash(try WatchedFolder.image(1)))

        try place.write("build/libA.so", try WatchedFolder.image(2))
        #expect(
            try place.next().contentHash == WatchedFolder.hash(try WatchedFolder.image(2)))

        #expect(unsafe truncate(plugin, 1000) == 0)
        change = try place.next()
        guard case .incomplete = change.kind else {
            Issue.record("it is \(change.kind)")
            return
        }
        try place.replace("build/libA.so", try WatchedFolder.image(2))
        #expect(try place.next().kind == .unchanged)

        try place.remove("build")
        #expect(try place.next().kind == .vanished)
        try place.makeFolder("build")
        try place.write("build/libA.so", try WatchedFolder.image(3))
        #expect(try place.next().kind == .settled)

        try place.makeFolder("later")
        try place.write("later/libB.so", try WatchedFolder.image(4))
        change = try place.next()
        #expect(change.path == later)
        #expect(change.kind == .settled)
    }

    @Test func `with every event lost to an overflow nothing is missed`() throws {
        try live(in: try place { () throws(WatchFailure) in try Overflowing() })
    }

    @Test func `without inotify files are polled, with a warning`() throws {
        let place = try place { () throws(WatchFailure) in
            errno = EMFILE
            throw .last("inotify_init1")
        }
        try live(in: place)
        #expect(try place.warning().contains("fs.inotify.max_user_instances"))
    }

    @Test func `without room for a watch files are polled, with a warning`() throws {
        let place = try place { () throws(WatchFailure) in try Full() }
        try live(in: place)
        #expect(try place.warning().contains("fs.inotify.max_user_watches"))
    }

    @Test func `once there is inotify again it is used again`() throws {
        let attempts = Counter()
        var options = WatchOptions()
        options.fallbackPeriod = .milliseconds(10)
        options.pollPeriod = .milliseconds(50)
        options.openEvents = { () throws(WatchFailure) in
            attempts.increment()
            guard attempts.value > 3 else {
                errno = EMFILE
                throw .last("inotify_init1")
            }
            return try Inotify()
        }
        let place = try WatchedFolder(options)
        let plugin = try place.write("libA.so", try WatchedFolder.image(0))
        place.watch.watch([plugin])
        for number in 1...200 where attempts.value < 4 || number < 3 {
            try place.replace("libA.so", try WatchedFolder.image(number))
            #expect(
                try place.next().contentHash
                    == WatchedFolder.hash(try WatchedFolder.image(number)))
        }
        #expect(attempts.value == 4)
        _ = try place.warning()
    }

    @Test func `a write without events and within one tick is found by a rescan`() throws {
        final class Silent: DirectoryEvents {
            private let inotify: Inotify
            init() throws(WatchFailure) { inotify = try Inotify() }
            var descriptor: CInt { inotify.descriptor }
            func add(
                _ path: String, _ interest: DirectoryInterest
            ) throws(WatchFailure) -> CInt { try inotify.add(path, interest) }
            func remove(_ watch: CInt) { inotify.remove(watch) }
            func read() -> [DirectoryEvent] {
                _ = inotify.read()
                return []
            }
        }
        var options = WatchOptions()
        options.pollPeriod = .seconds(3600)
        options.openEvents = { () throws(WatchFailure) in try Silent() }
        let place = try WatchedFolder(options)
        let plugin = try place.write("libA.so", try WatchedFolder.image(0))
        place.watch.watch([plugin: WatchedFolder.hash(try WatchedFolder.image(0))])
        try place.replace("libA.so", try WatchedFolder.image(1))
        place.watch.rescan()
        #expect(
            try place.next().contentHash == WatchedFolder.hash(try WatchedFolder.image(1)))
        place.watch.rescan()
        place.watch.rescan()
        try place.replace("libA.so", try WatchedFolder.image(2))
        place.watch.rescan()
        #expect(
            try place.next().contentHash == WatchedFolder.hash(try WatchedFolder.image(2)))
        #expect(place.changes.count == 2)
    }
}
