// SPDX-License-Identifier: Apache-2.0

import BackplaneTransport
import Foundation
import Glibc
import Testing

@testable import BackplaneHost

/// Directories that are removed, moved and made again on the way to a file.
struct FileDirectoryTests {
    private let place: WatchedFolder
    private let plugin: String

    init() throws {
        // So rarely that everything here is seen by its events.
        var options = WatchOptions()
        options.pollPeriod = .seconds(3600)
        place = try WatchedFolder(options)
        try place.makeFolder("top/build/release")
        plugin = try place.write("top/build/release/libA.so", try WatchedFolder.image(0))
        place.watch.watch([plugin, place.path("fence")])
        try place.passFence()
    }

    private func expectSettled(
        _ number: Int, sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        let hash = WatchedFolder.hash(try WatchedFolder.image(number))
        let change = try place.next("build \(number)") { $0.kind == .settled }
        #expect(change.path == plugin, sourceLocation: sourceLocation)
        #expect(change.contentHash == hash, sourceLocation: sourceLocation)
    }

    @Test(arguments: ["top/build/release", "top/build", "top"])
    func `a directory that is removed and made again is watched again`(_ folder: String) throws {
        for number in 1...5 {
            try place.remove(folder)
            if number.isMultiple(of: 2) {
                #expect(try place.next("its end").kind == .vanished)
            }
            try place.makeFolder("top/build/release")
            try place.write("top/build/release/libA.so", try WatchedFolder.image(number))
            try expectSettled(number)
            // Not only the first file in it.
            try place.replace("top/build/release/libA.so", try WatchedFolder.image(number + 100))
            try expectSettled(number + 100)
        }
    }

    @Test(arguments: ["top/build/release", "top/build", "top"])
    func `a directory that takes the place of another brings its file`(_ folder: String) throws {
        let rest = "top/build/release".dropFirst(folder.count)
        for number in 1...5 {
            try place.makeFolder("next\(rest)")
            try place.write("next\(rest)/libA.so", try WatchedFolder.image(number))
            try place.rename(folder, "last\(number)")
            try place.rename("next", folder)
            try expectSettled(number)
            try place.replace("top/build/release/libA.so", try WatchedFolder.image(number + 100))
            try expectSettled(number + 100)
            // What was moved away is no longer of interest.
            try place.replace("last\(number)\(rest)/libA.so", try WatchedFolder.image(1000))
        }
        try place.passFence()
        let last = WatchedFolder.hash(try WatchedFolder.image(1000))
        #expect(!place.changes.contains { $0.contentHash == last })
    }

    @Test func `a directory that somebody stands in is watched again too`() throws {
        let folder = place.path("top/build/release")
        let standing = unsafe open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        #expect(standing >= 0)
        defer { close(standing) }
        try place.remove("top/build")
        try place.makeFolder("top/build/release")
        try place.write("top/build/release/libA.so", try WatchedFolder.image(1))
        try expectSettled(1)
        try place.replace("top/build/release/libA.so", try WatchedFolder.image(2))
        try expectSettled(2)
    }

    @Test func `a file whose directories come later is reported`() throws {
        let later = place.path("not/yet/there/libLater.so")
        place.watch.watch([later])
        try place.makeFolder("not")
        try place.makeFolder("not/yet")
        try place.makeFolder("not/yet/there")
        try place.write("not/yet/there/libLater.so", try WatchedFolder.image(1))
        let change = try place.next()
        #expect(change.path == later)
        #expect(change.kind == .settled)
        try place.replace("not/yet/there/libLater.so", try WatchedFolder.image(2))
        #expect(try place.next().contentHash == WatchedFolder.hash(try WatchedFolder.image(2)))
    }

    @Test func `a file that comes with its directories at once is reported`() throws {
        let later = place.path("a/b/c/libLater.so")
        place.watch.watch([later])
        try place.makeFolder("draft/b/c")
        try place.write("draft/b/c/libLater.so", try WatchedFolder.image(1))
        try place.rename("draft", "a")
        #expect(try place.next().kind == .settled)
    }

    @Test func `a directory that may not be entered and then may`() throws {
        #expect(unsafe chmod(place.path("top/build"), 0) == 0)
        #expect(unsafe chmod(place.path("top/build"), 0o700) == 0)
        try place.replace("top/build/release/libA.so", try WatchedFolder.image(1))
        try expectSettled(1)
    }

    @Test func `clean builds in a row end with the last one`() throws {
        for number in 1...30 {
            try place.remove("top/build")
            try place.makeFolder("top/build/release")
            try place.write("top/build/release/libA.so", try WatchedFolder.image(number))
        }
        let last = WatchedFolder.hash(try WatchedFolder.image(30))
        _ = try place.next("the last build") { $0.contentHash == last }
        try place.replace("top/build/release/libA.so", try WatchedFolder.image(31))
        try expectSettled(31)
    }
}
