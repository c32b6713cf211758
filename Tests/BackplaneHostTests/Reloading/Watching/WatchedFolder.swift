// SPDX-License-Identifier: Apache-2.0

import BackplaneTransport
import Foundation
import Glibc
import OracleSupport
import Testing

@testable import BackplaneHost

/// A temporary folder, a watch, and all that it reports.
final class WatchedFolder: Sendable {
    /// What was waited for did not come.
    struct Nothing: Error, CustomStringConvertible {
        let description: String
    }

    private struct Reports {
        var changes: [FileChange] = []
        var taken = 0
        var warnings: [String] = []
    }

    let folder = TemporaryFolder()
    let watch: FileWatch
    private let reports: Monitor<Reports>

    init(_ options: WatchOptions = WatchOptions()) throws {
        let reports = Monitor(Reports())
        self.reports = reports
        watch = try FileWatch(options) { change in
            reports.withLock { $0.changes.append(change) }
            reports.notify(all: true)
        } warn: { warning in
            reports.withLock { $0.warnings.append(warning) }
            reports.notify(all: true)
        }
    }

    deinit {
        watch.close()
    }

    /// All that was reported so far, taken or not.
    var changes: [FileChange] { reports.withLock { $0.changes } }

    /// What was reported so far that nobody has taken yet.
    var rest: [FileChange] { reports.withLock { Array($0.changes[$0.taken...]) } }

    func path(_ name: String) -> String { folder.path(name) }

    /// The next change that is reported.
    func next(_ what: String = "a change", within limit: Duration = .seconds(20)) throws
        -> FileChange
    {
        let end = Instant.now.advanced(by: limit)
        let change = reports.wait(until: end) { reports -> FileChange? in
            guard reports.taken < reports.changes.count else { return nil }
            reports.taken += 1
            return reports.changes[reports.taken - 1]
        }
        guard let change else { throw Nothing(description: "waited \(limit) for \(what)") }
        return change
    }

    /// The next change that satisfies `isWanted`; those before it are skipped.
    func next(
        _ what: String = "a change", where isWanted: (FileChange) -> Bool
    ) throws -> FileChange {
        while true {
            let change = try next(what)
            if isWanted(change) { return change }
        }
    }

    func warning() throws -> String {
        let end = Instant.now.advanced(by: .seconds(20))
        let warning = reports.wait(until: end) { $0.warnings.first }
        guard let warning else { throw Nothing(description: "waited for a warning") }
        return warning
    }

    /// Makes sure that all that happened until now was looked at.
    ///
    /// The fence must be watched.
    func passFence() throws {
        let fence = try write("fence", Array("\(UInt64.random(in: 0 ... .max))".utf8))
        _ = try next("the fence") { $0.path == fence && $0.kind == .settled }
    }

    /// What else was reported before the fence, after some time in which it might have been.
    func passFence(waiting: Duration) throws -> [FileChange] {
        let end = Instant.now.advanced(by: waiting)
        let early = reports.wait(until: end) { reports -> FileChange? in
            reports.taken < reports.changes.count ? reports.changes[reports.taken] : nil
        }
        try passFence()
        return early.map { [$0] } ?? []
    }

    // MARK: Files

    /// Writes a file over another, or anew, as most programs do.
    @discardableResult
    func write(_ name: String, _ bytes: [UInt8]) throws -> String {
        try Data(bytes).write(to: URL(filePath: path(name)))
        return path(name)
    }

    /// Renames a file of these bytes over another.
    @discardableResult
    func replace(_ name: String, _ bytes: [UInt8]) throws -> String {
        try write("\(name).new", bytes)
        try rename("\(name).new", name)
        return path(name)
    }

    func rename(_ from: String, _ to: String) throws {
        guard unsafe Glibc.rename(path(from), path(to)) == 0 else {
            throw Nothing(description: "rename \(from) to \(to): \(SystemWords.of(errno))")
        }
    }

    func remove(_ name: String) throws {
        try FileManager.default.removeItem(atPath: path(name))
    }

    func makeFolder(_ name: String) throws {
        try FileManager.default.createDirectory(
            atPath: path(name), withIntermediateDirectories: true)
    }

    func link(_ name: String, to target: String) throws {
        try FileManager.default.createSymbolicLink(
            atPath: path(name), withDestinationPath: target)
    }

    /// A hash as the watch reports it.
    static func hash(_ bytes: [UInt8]) -> UInt64 {
        var hash = ContentHash()
        hash.add(bytes)
        return hash.value
    }

    /// A sound plugin; each number gives another one of the same size.
    static func image(_ number: Int) throws -> [UInt8] {
        let bytes = try FixtureBuild.shared.bytes("sound")
        return bytes + (0..<8).map { UInt8(truncatingIfNeeded: number >> (8 * $0)) }
    }
}
