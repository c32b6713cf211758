// SPDX-License-Identifier: Apache-2.0

import BackplaneTransport
import Foundation
import Glibc
import Testing

@testable import BackplaneHost

/// Symbolic links on the way to a file.
struct FileLinkTests {
    private let place: WatchedFolder
    private let plugin: String

    init() throws {
        var options = WatchOptions()
        options.pollPeriod = .seconds(3600)
        place = try WatchedFolder(options)
        try place.makeFolder("releases/1")
        try place.makeFolder("releases/2")
        try place.makeFolder("plugins")
        try place.write("releases/1/libA.so", try WatchedFolder.image(1))
        try place.write("releases/2/libA.so", try WatchedFolder.image(2))
        try place.link("current", to: "releases/1")
        try place.link("plugins/libA.so", to: "../current/libA.so")
        plugin = place.path("plugins/libA.so")
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

    /// Has a link say something else, with no moment in between.
    private func switchLink(_ name: String, to target: String) throws {
        try place.link("\(name).new", to: target)
        try place.rename("\(name).new", name)
    }

    @Test func `a file behind links is watched`() throws {
        try place.replace("releases/1/libA.so", try WatchedFolder.image(3))
        try expectSettled(3)
        try place.write("releases/1/libA.so", try WatchedFolder.image(4))
        try expectSettled(4)
    }

    @Test func `a directory's link that is switched brings another file`() throws {
        try switchLink("current", to: "releases/2")
        try expectSettled(2)
        try place.replace("releases/2/libA.so", try WatchedFolder.image(3))
        try expectSettled(3)
        // What it pointed to before is no longer of interest.
        try place.replace("releases/1/libA.so", try WatchedFolder.image(4))
        try place.passFence()
        let old = WatchedFolder.hash(try WatchedFolder.image(4))
        #expect(!place.changes.contains { $0.contentHash == old })
        try switchLink("current", to: place.path("releases/1"))
        try expectSettled(4)
    }

    @Test func `a link that is removed and made again brings another file`() throws {
        try place.remove("plugins/libA.so")
        try place.link("plugins/libA.so", to: place.path("releases/2/libA.so"))
        try expectSettled(2)
        try place.remove("current")
        try place.link("current", to: "releases/1")
        try place.passFence()
        #expect(place.changes.filter { $0.path == plugin }.count == 1)
    }

    @Test func `a link to the same bytes is unchanged`() throws {
        try place.makeFolder("releases/3")
        try place.write("releases/3/libA.so", try WatchedFolder.image(1))
        try switchLink("current", to: "releases/3")
        #expect(try place.next().kind == .unchanged)
    }

    @Test func `a file takes the place of a link, and a link that of a file`() throws {
        try place.replace("plugins/libA.so", try WatchedFolder.image(3))
        try expectSettled(3)
        try place.write("plugins/libA.so", try WatchedFolder.image(4))
        try expectSettled(4)
        try switchLink("plugins/libA.so", to: "../releases/2/libA.so")
        try expectSettled(2)
        try place.replace("releases/2/libA.so", try WatchedFolder.image(5))
        try expectSettled(5)
    }

    @Test func `a dangling link is mended by its target`() throws {
        try switchLink("current", to: "releases/9")
        #expect(try place.next().kind == .vanished)
        try place.makeFolder("releases/9")
        try place.write("releases/9/libA.so", try WatchedFolder.image(9))
        try expectSettled(9)
    }

    @Test func `a loop of links is unreadable, until it is none`() throws {
        try switchLink("current", to: "plugins/back")
        try place.link("plugins/back", to: "../current")
        let change = try place.next { $0.kind != .vanished }
        guard case .unreadable(let words) = change.kind else {
            Issue.record("it is \(change.kind)")
            return
        }
        #expect(words.contains("loop of symbolic links"))
        try switchLink("plugins/back", to: "../releases/2")
        try expectSettled(2)
    }

    @Test func `a long chain of links is followed`() throws {
        try place.link("plugins/0", to: "../releases/2/libA.so")
        for number in 1...30 { try place.link("plugins/\(number)", to: "\(number - 1)") }
        try switchLink("plugins/libA.so", to: "30")
        try expectSettled(2)
        try switchLink("plugins/0", to: "../releases/1/libA.so")
        try expectSettled(1)
    }
}
