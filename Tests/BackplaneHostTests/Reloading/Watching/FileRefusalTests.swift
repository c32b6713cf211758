// SPDX-License-Identifier: Apache-2.0

import BackplaneTransport
import Foundation
import Glibc
import Testing

@testable import BackplaneHost

/// What can't be read, and comes and goes in the place of a plugin.
struct FileRefusalTests {
    private let place: WatchedFolder
    private let plugin: String

    init() throws {
        place = try WatchedFolder()
        plugin = try place.write("libA.so", try WatchedFolder.image(0))
        place.watch.watch([plugin, place.path("fence")])
        try place.passFence()
    }

    /// Why it is unreadable.
    private func words(sourceLocation: SourceLocation = #_sourceLocation) throws -> String {
        let change = try place.next()
        guard case .unreadable(let words) = change.kind else {
            Issue.record("it is \(change.kind)", sourceLocation: sourceLocation)
            return ""
        }
        #expect(change.path == plugin, sourceLocation: sourceLocation)
        #expect(change.contentHash == nil, sourceLocation: sourceLocation)
        return words
    }

    @Test func `a directory, a fifo and a socket are unreadable, each reported once`() throws {
        try place.remove("libA.so")
        try place.makeFolder("libA.so")
        #expect(try words() == "\(plugin) is a directory, not a regular file")
        try place.write("libA.so/inside", [1])
        try place.remove("libA.so")
        #expect(unsafe mkfifo(plugin, 0o600) == 0)
        #expect(try words() == "\(plugin) is a fifo, not a regular file")
        try place.passFence()
        try place.replace("libA.so", try WatchedFolder.image(1))
        #expect(try place.next().kind == .settled)
        try place.link("libB.so", to: "/dev/zero")
        try place.rename("libB.so", "libA.so")
        #expect(try words() == "\(plugin) is a device, not a regular file")
        #expect(place.changes.filter { $0.path == plugin }.count == 4)
    }

    @Test func `what is unreadable to begin with is no change, but its end is`() throws {
        let fifo = place.path("libFifo.so")
        #expect(unsafe mkfifo(fifo, 0o600) == 0)
        place.watch.watch([fifo, place.path("fence")])
        try place.passFence()
        #expect(place.changes.allSatisfy { $0.path != fifo })
        try place.replace("libFifo.so", try WatchedFolder.image(1))
        let change = try place.next()
        #expect(change.path == fifo)
        #expect(change.kind == .settled)
    }

    @Test func `a file that may not be read is unreadable until it may`() throws {
        // Permissions don't hold the superuser up.
        guard getuid() != 0 else { return }
        #expect(unsafe chmod(plugin, 0) == 0)
        #expect(try words().contains("Permission denied"))
        #expect(unsafe chmod(plugin, 0o600) == 0)
        #expect(try place.next().kind == .unchanged)
    }

    @Test func `what is no object at all is whole: somebody else refuses it`() throws {
        try place.write("libA.so", Array("#!/bin/sh\n".utf8))
        #expect(try place.next().kind == .settled)
    }
}
