// SPDX-License-Identifier: Apache-2.0

import BackplaneTransport
import Foundation
import Glibc
import OracleSupport
import Testing

@testable import BackplaneHost

/// Files that are written, replaced, touched and removed.
struct FileReplacementTests {
    private let place: WatchedFolder
    private let plugin: String

    init() throws {
        place = try WatchedFolder()
        plugin = try place.write("libA.so", try WatchedFolder.image(0))
        place.watch.watch([plugin, place.path("fence")])
    }

    private func expectSettled(_ bytes: [UInt8], sourceLocation: SourceLocation = #_sourceLocation)
        throws
    {
        let change = try place.next()
        #expect(change.path == plugin, sourceLocation: sourceLocation)
        #expect(change.kind == .settled, sourceLocation: sourceLocation)
        #expect(change.contentHash == WatchedFolder.hash(bytes), sourceLocation: sourceLocation)
        #expect(change.seen <= change.written, sourceLocation: sourceLocation)
        #expect(change.written <= change.settled, sourceLocation: sourceLocation)
    }

    @Test func `what is there already is no change`() throws {
        try place.passFence()
        #expect(place.changes.count == 1)
    }

    @Test func `a file that is renamed over another counts at once`() throws {
        var waits: [Duration] = []
        for number in 1...20 {
            let bytes = try WatchedFolder.image(number)
            try place.replace("libA.so", bytes)
            let change = try place.next()
            #expect(change.contentHash == WatchedFolder.hash(bytes))
            waits.append(change.settled.duration(since: change.seen))
        }
        // None of them waited for quiet.
        #expect(waits.sorted()[waits.count / 2] < .milliseconds(50))
    }

    @Test func `a file that is written and closed counts at once`() throws {
        var waits: [Duration] = []
        for number in 1...20 {
            let bytes = try WatchedFolder.image(number)
            try place.write("libA.so", bytes)
            let change = try place.next()
            #expect(change.kind == .settled)
            #expect(change.contentHash == WatchedFolder.hash(bytes))
            waits.append(change.settled.duration(since: change.seen))
        }
        #expect(waits.sorted()[waits.count / 2] < .milliseconds(50))
        #expect(place.changes.count == 20)
    }

    @Test func `a file that is written in pieces counts when it is closed`() throws {
        let bytes = try WatchedFolder.image(1)
        let file = try #require(FileHandle(forWritingAtPath: plugin))
        try file.truncate(atOffset: 0)
        for start in stride(from: 0, to: bytes.count, by: bytes.count / 10) {
            try file.write(contentsOf: bytes[start..<min(bytes.count, start + bytes.count / 10)])
            let early = try place.passFence(waiting: .milliseconds(20))
            #expect(early.isEmpty)
        }
        #expect(place.rest.isEmpty)
        try file.close()
        try expectSettled(bytes)
        #expect(place.changes.count { $0.path == plugin } == 1)
    }

    @Test func `bytes of two builds are not taken for one while the writer has it open`() throws {
        let bytes = try WatchedFolder.image(1)
        // Over the last build, without shortening it: its headers are whole all the time.
        let file = try #require(FileHandle(forUpdatingAtPath: plugin))
        try file.write(contentsOf: bytes[..<2000])
        let other = try place.passFence(waiting: .milliseconds(300))
        #expect(other.isEmpty)
        try file.seek(toOffset: 0)
        try file.write(contentsOf: bytes)
        try file.close()
        try expectSettled(bytes)
    }

    @Test func `a writer that never closes does not hold its bytes back for ever`() throws {
        let bytes = try WatchedFolder.image(1)
        let file = try #require(FileHandle(forUpdatingAtPath: plugin))
        try file.write(contentsOf: bytes)
        try expectSettled(bytes)
        try file.close()
    }

    @Test func `a file that stays incomplete is reported once, and when it is mended`() throws {
        let bytes = try WatchedFolder.image(1)
        let half = Array(bytes[..<(bytes.count / 2)])
        try place.write("libA.so", half)
        let change = try place.next()
        guard case .incomplete(let words) = change.kind else {
            Issue.record("it is \(change.kind)")
            return
        }
        #expect(words.contains(plugin))
        #expect(change.contentHash == WatchedFolder.hash(half))
        #expect(change.settled.duration(since: change.seen) >= .seconds(1))
        try place.passFence()
        // Touched: no news.
        #expect(unsafe utimes(plugin, nil) == 0)
        try place.passFence()
        #expect(place.changes.filter { $0.path == plugin }.count == 1)
        try place.write("libA.so", bytes)
        try expectSettled(bytes)
    }

    @Test func `a file with zeros at its end is incomplete`() throws {
        var bytes = try WatchedFolder.image(1)
        let sectionHeaders = bytes[40..<48].reversed().reduce(0) { $0 << 8 | Int($1) }
        bytes.replaceSubrange(
            (sectionHeaders / 2)...,
            with: [UInt8](repeating: 0, count: bytes.count - sectionHeaders / 2))
        try place.write("libA.so", bytes)
        guard case .incomplete = try place.next().kind else {
            Issue.record("it is not incomplete")
            return
        }
    }

    @Test func `a file that is cut off is incomplete, one that is emptied too`() throws {
        #expect(unsafe truncate(plugin, 1000) == 0)
        guard case .incomplete = try place.next().kind else {
            Issue.record("it is not incomplete")
            return
        }
        #expect(unsafe truncate(plugin, 0) == 0)
        guard case .incomplete(let words) = try place.next().kind else {
            Issue.record("it is not incomplete")
            return
        }
        #expect(words.contains("is empty"))
    }

    @Test func `a touch and an identical build are counted as unchanged`() throws {
        try place.passFence()
        #expect(unsafe utimes(plugin, nil) == 0)
        #expect(try place.next().kind == .unchanged)
        try place.replace("libA.so", try WatchedFolder.image(0))
        let change = try place.next()
        #expect(change.kind == .unchanged)
        #expect(change.contentHash == WatchedFolder.hash(try WatchedFolder.image(0)))
    }

    @Test func `other permissions are not counted`() throws {
        try place.passFence()
        #expect(unsafe chmod(plugin, 0o700) == 0)
        try place.passFence()
        #expect(place.changes.allSatisfy { $0.path != plugin })
    }

    @Test func `a build of the same size and time is seen`() throws {
        var status = stat()
        #expect(unsafe stat(plugin, &status) == 0)
        let times = [status.st_atim, status.st_mtim]
        for number in 1...10 {
            let bytes = try WatchedFolder.image(number)
            let draft = try place.write("draft", bytes)
            #expect(unsafe utimensat(AT_FDCWD, draft, times, 0) == 0)
            try place.rename("draft", "libA.so")
            try expectSettled(bytes)
        }
    }

    @Test func `an older build is seen`() throws {
        let bytes = try WatchedFolder.image(1)
        let draft = try place.write("draft", bytes)
        let times = [timespec(tv_sec: 1000, tv_nsec: 0), timespec(tv_sec: 1000, tv_nsec: 0)]
        #expect(unsafe utimensat(AT_FDCWD, draft, times, 0) == 0)
        try place.rename("draft", "libA.so")
        try expectSettled(bytes)
    }

    @Test func `a hard link in its place counts`() throws {
        let bytes = try WatchedFolder.image(1)
        let draft = try place.write("draft", bytes)
        #expect(unsafe unlink(plugin) == 0)
        #expect(unsafe Glibc.link(draft, plugin) == 0)
        try expectSettled(bytes)
    }

    @Test func `of many builds the last is reported, and none twice`() throws {
        for number in 1...20 {
            try place.replace("libA.so", try WatchedFolder.image(number))
        }
        let last = WatchedFolder.hash(try WatchedFolder.image(20))
        _ = try place.next("the last build") { $0.contentHash == last }
        try place.passFence()
        let hashes = place.changes.filter { $0.path == plugin }.map(\.contentHash)
        #expect(hashes.last == last)
        #expect(Set(hashes).count == hashes.count)
    }

    @Test func `a file that vanishes is reported once, and when it is back`() throws {
        try place.passFence()
        try place.remove("libA.so")
        let change = try place.next()
        #expect(change.kind == .vanished)
        #expect(change.contentHash == nil)
        try place.passFence()
        #expect(place.changes.filter { $0.path == plugin } == [change])
        try place.write("libA.so", try WatchedFolder.image(0))
        #expect(try place.next().kind == .unchanged)
        try place.remove("libA.so")
        #expect(try place.next().kind == .vanished)
        try place.write("libA.so", try WatchedFolder.image(1))
        try expectSettled(try WatchedFolder.image(1))
    }

    @Test func `a linker that removes the file first does not make it vanish`() throws {
        for number in 1...10 {
            try place.remove("libA.so")
            try place.write("libA.so", try WatchedFolder.image(number))
            try expectSettled(try WatchedFolder.image(number))
        }
        #expect(!place.changes.contains { $0.kind == .vanished })
    }

    @Test func `a file that comes later is reported`() throws {
        let later = place.path("libLater.so")
        place.watch.watch([plugin, later])
        let bytes = try WatchedFolder.image(7)
        try place.write("libLater.so", bytes)
        let change = try place.next()
        #expect(change.path == later)
        #expect(change.kind == .settled)
    }

    @Test func `a change between the loading and the watching is not missed`() throws {
        let (used, now) = (try WatchedFolder.image(1), try WatchedFolder.image(2))
        let same = try place.write("libSame.so", used)
        let other = try place.write("libOther.so", now)
        let gone = place.path("libGone.so")
        let hash = WatchedFolder.hash(used)
        place.watch.watch([same: hash, other: hash, gone: hash, place.path("fence"): nil])
        let changes = [try place.next(), try place.next()]
        #expect(changes.map(\.path) == [other, gone])
        #expect(changes.map(\.kind) == [.settled, .vanished])
        try place.passFence()
        #expect(!place.changes.contains { $0.path == same })
    }

    @Test func `what is no longer watched is not reported`() throws {
        place.watch.watch([place.path("fence")])
        try place.write("libA.so", try WatchedFolder.image(1))
        try place.passFence()
        #expect(place.changes.allSatisfy { $0.path != plugin })
    }

    @Test func `text counts when it is closed, and without that when it is left alone`() throws {
        let text = try place.write("services.yaml", Array("version: 1\n".utf8))
        place.watch.watch([text])
        let file = try #require(FileHandle(forWritingAtPath: text))
        try file.seekToEnd()
        try file.write(contentsOf: Array("services:\n".utf8))
        let change = try place.next()
        #expect(change.kind == .settled)
        #expect(change.contentHash == WatchedFolder.hash(Array("version: 1\nservices:\n".utf8)))
        try file.close()
        try place.write("services.yaml", Array("version: 2\n".utf8))
        #expect(try place.next().contentHash == WatchedFolder.hash(Array("version: 2\n".utf8)))
    }

    @Test func `neither descriptors nor watches grow over a thousand replaced files`() throws {
        try place.passFence()
        let before = try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").count
        let threads = try FileManager.default.contentsOfDirectory(atPath: "/proc/self/task").count
        for number in 1...1000 {
            try place.replace("libA.so", Array("\(number)".utf8))
        }
        let last = WatchedFolder.hash(Array("1000".utf8))
        _ = try place.next("the last build") { $0.contentHash == last }
        try place.passFence()
        let after = try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").count
        // Others of this process may open something, but not a thousand times.
        #expect(after < before + 50)
        #expect(
            try FileManager.default.contentsOfDirectory(atPath: "/proc/self/task").count
                < threads + 50)
    }
}
