// SPDX-License-Identifier: Apache-2.0

import BackplaneTransport
import Foundation
import Glibc
import OracleSupport
import Testing

@testable import BackplaneHost

/// Any sequence of what can be done to files: in the end the last report is the truth.
struct FileStormTests {
    /// How long the storm blows; `BACKPLANE_STORM=1000` for a long one.
    private static let operations =
        ProcessInfo.processInfo.environment["BACKPLANE_STORM"].flatMap(Int.init) ?? 120

    /// One storm over a few folders with links between them.
    private struct Storm {
        let place: WatchedFolder
        var generator: SeededGenerator
        var number = 0
        /// A writer that has not closed its file yet.
        var writer: CInt = -1
        /// What was done, for who has to find out why.
        var diary: [String] = []

        static let folders = ["releases/1", "releases/2", "plugins"]
        static let files = ["libA.so", "services.yaml"]

        mutating func pick<Element>(_ elements: [Element]) -> Element {
            elements[Int.random(in: 0..<elements.count, using: &generator)]
        }

        mutating func bytes() throws -> [UInt8] {
            number += 1
            // Few numbers, so that builds come back.
            let whole = try WatchedFolder.image(Int.random(in: 0..<4, using: &generator))
            guard Int.random(in: 0..<6, using: &generator) == 0 else { return whole }
            return Array(whole[..<Int.random(in: 0..<whole.count, using: &generator)])
        }

        /// Does one thing; what is not possible just now does not happen.
        mutating func blow() throws {
            let folder = pick(Self.folders)
            let name = "\(folder)/\(pick(Self.files))"
            let path = place.path(name)
            let kind = Int.random(in: 0..<20, using: &generator)
            diary.append("\(kind) \(name)")
            switch kind {
            case 0...2: put(path, try bytes(), O_TRUNC | O_CREAT)
            case 3...5: _ = try? place.replace(name, try bytes())
            case 6: put(path, try bytes(), O_APPEND)
            case 7: _ = unsafe truncate(path, Int.random(in: 0...9000, using: &generator))
            case 8: _ = unsafe utimes(path, nil)
            case 9: _ = unsafe unlink(path)
            case 10: try? place.remove(folder)
            case 11, 12: for folder in Self.folders { try? place.makeFolder(folder) }
            case 13: try? place.rename(folder, "away")
            case 14:
                try? place.rename("away", folder)
                try? place.remove("away")
            case 15:
                try? place.link("link", to: "../\(pick(Self.folders))/\(pick(Self.files))")
                try? place.rename("link", name)
            case 16:
                try? place.link("link", to: place.path(pick(Self.folders)))
                if unsafe Glibc.rename(place.path("link"), place.path(folder)) != 0 {
                    try? place.remove(folder)
                    try? place.rename("link", folder)
                }
            case 17: _ = unsafe mkfifo(path, 0o600)
            case 18: try hold(path)
            default: letGo()
            }
        }

        /// Writes without ever waiting for the reader of a fifo.
        private func put(_ path: String, _ bytes: [UInt8], _ flags: CInt) {
            let all = O_WRONLY | O_CLOEXEC | O_NONBLOCK | flags
            let file = unsafe open(path, all, 0o600)
            guard file >= 0 else { return }
            _ = unsafe Glibc.write(file, bytes, bytes.count)
            close(file)
        }

        /// Opens a file, writes a part, and keeps it open.
        private mutating func hold(_ path: String) throws {
            letGo()
            writer = unsafe open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NONBLOCK, 0o600)
            let bytes = try bytes()
            if writer >= 0 { _ = unsafe Glibc.write(writer, bytes, bytes.count / 2) }
        }

        mutating func letGo() {
            guard writer >= 0 else { return }
            close(writer)
            writer = -1
        }
    }

    /// What lies at a path, as a change says it.
    private func truth(_ path: String) -> (kind: String, hash: UInt64?) {
        switch FileSight(path: path) {
        case .missing: return ("missing", nil)
        case .refused: return ("unreadable", nil)
        case .file:
            guard case .content(_, let hash, let lack) = FileExamination(path: path, known: nil)
            else { return ("unreadable", nil) }
            return (lack == nil ? "whole" : "incomplete", hash)
        }
    }

    private func said(_ change: FileChange?) -> (kind: String, hash: UInt64?) {
        guard let change else { return ("missing", nil) }
        switch change.kind {
        case .settled, .unchanged: return ("whole", change.contentHash)
        case .incomplete: return ("incomplete", change.contentHash)
        case .unreadable: return ("unreadable", nil)
        case .vanished: return ("missing", nil)
        }
    }

    private func blow(_ options: WatchOptions, seed: UInt64) throws {
        let place = try WatchedFolder(options)
        var storm = Storm(place: place, generator: SeededGenerator(seed: seed))
        let paths = Storm.folders.flatMap { folder in
            Storm.files.map { place.path("\(folder)/\($0)") }
        }
        // Nothing is there: so that whatever is there at the end was reported.
        place.watch.watch(Set(paths))
        for folder in Storm.folders { try place.makeFolder(folder) }
        for _ in 0..<Self.operations {
            try storm.blow()
            // A breath, or none: builds come one by one and in bursts.
            if Bool.random(using: &storm.generator) {
                usleep(UInt32.random(in: 0...15_000, using: &storm.generator))
            }
        }
        storm.letGo()
        let end = Instant.now.advanced(by: .seconds(20))
        for path in paths {
            let truth = truth(path)
            var said = said(nil)
            repeat {
                said = self.said(place.changes.last { $0.path == path })
                if said == truth { break }
                _ = try? place.next(within: .milliseconds(50))
            } while !end.hasPassed
            #expect(
                said == truth, "seed \(seed), \(path.dropFirst(place.folder.path.count))")
        }
        // Nothing is said twice in a row but that somebody wrote the same again.
        for path in paths {
            let changes = place.changes.filter { $0.path == path }
            for (first, second) in zip(changes, changes.dropFirst()) {
                let isTwice = first.kind == second.kind && first.contentHash == second.contentHash
                #expect(!isTwice || second.kind == .unchanged)
            }
        }
    }

    @Test(arguments: 1...4)
    func `events alone tell the truth in the end`(_ seed: UInt64) throws {
        var options = WatchOptions()
        options.pollPeriod = .seconds(3600)
        try blow(options, seed: seed)
    }

    @Test(arguments: 5...6)
    func `looks alone tell the truth in the end`(_ seed: UInt64) throws {
        var options = WatchOptions()
        options.fallbackPeriod = .milliseconds(20)
        options.openEvents = { () throws(WatchFailure) in
            throw WatchFailure(number: ENOSYS, message: "no inotify")
        }
        try blow(options, seed: seed)
    }
}
