// SPDX-License-Identifier: Apache-2.0

import OracleSupport
import Testing

@testable import BackplaneHost

/// The directories on the way to a file.
struct PathTrailTests {
    private let place: WatchedFolder
    private let root: String

    init() throws {
        place = try WatchedFolder()
        root = place.folder.path
    }

    /// The steps from the temporary folder on: its path is the system's affair.
    private func steps(_ path: String) -> [String] {
        PathTrail(path).steps.filter { $0.directory.hasPrefix(root) }.map { step in
            "\(step.directory.dropFirst(root.count))/\(step.name) \(step.role)"
        }
    }

    @Test func `a file has the directories above it`() throws {
        try place.makeFolder("a/b")
        try place.write("a/b/file", [1])
        let trail = PathTrail(place.path("a/b/file"))
        #expect(
            steps(place.path("a/b/file")) == ["/a directory", "/a/b directory", "/a/b/file file"])
        #expect(trail.steps.first?.directory == "/")
        #expect(trail.interests["\(root)/a/b"] == [.itself, .names, .contents])
        #expect(trail.interests["\(root)/a"] == .itself)
        #expect(trail.interests["/"] == .itself)
        #expect(
            steps("\(root)//a/./b/../b/file")
                == steps(place.path("a/b/file")).reduce(into: []) {
                    // Through `..` the same name comes twice.
                    $0.append($1)
                    if $1 == "/a/b directory" { $0.append($1) }
                })
    }

    @Test func `where something is missing all directories above tell of names`() throws {
        try place.makeFolder("a")
        #expect(steps(place.path("a/b/file")) == ["/a directory", "/a/b missing"])
        #expect(steps(place.path("a/file")) == ["/a directory", "/a/file absent"])
        let interests = PathTrail(place.path("a/b/file")).interests
        #expect(interests["\(root)/a"] == [.itself, .names])
        #expect(interests[root] == [.itself, .names])
        #expect(PathTrail(place.path("a/file")).interests["\(root)/a"]?.contains(.contents) == true)
        try place.write("plain", [1])
        #expect(steps(place.path("plain/file")) == ["/plain missing"])
    }

    @Test func `links are followed from end to end`() throws {
        try place.makeFolder("real/deep")
        try place.write("real/deep/file", [1])
        try place.makeFolder("links")
        try place.link("links/first", to: "second")
        try place.link("links/second", to: "../current/deep/file")
        try place.link("current", to: place.path("real"))
        let steps = steps(place.path("links/first"))
        #expect(
            steps.filter { $0.hasSuffix("link") } == [
                "/links/first link", "/links/second link", "/current link",
            ])
        #expect(steps.last == "/real/deep/file file")
        let interests = PathTrail(place.path("links/first")).interests
        #expect(interests["\(root)/links"] == [.itself, .names])
        #expect(interests[root] == [.itself, .names])
        #expect(interests["\(root)/real/deep"] == [.itself, .names, .contents])
        #expect(interests["\(root)/real"] == .itself)
    }

    @Test func `loops end, dangling links end where their target is missing`() throws {
        try place.link("a", to: "b")
        try place.link("b", to: "a")
        try place.link("self", to: "self/self")
        try place.link("dangling", to: "nowhere/file")
        #expect(PathTrail(place.path("a")).steps.count < 1000)
        #expect(PathTrail(place.path("self")).steps.count < 1000)
        #expect(steps(place.path("dangling")) == ["/dangling link", "/nowhere missing"])
    }

    @Test func `odd paths do no harm`() {
        for path in ["", "/", "..", "/../..", "/.", "//", "relative/file"] {
            _ = PathTrail(path)
        }
        _ = PathTrail("/" + String(repeating: "x", count: 10_000))
        _ = PathTrail(String(repeating: "/..", count: 10_000))
    }
}
