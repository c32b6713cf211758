// SPDX-License-Identifier: Apache-2.0

import Foundation
import OracleSupport
import Testing

/// The page that says which test proves which promise.
struct SeedsPageTests {
    /// The promises that both originals make.
    private static let promises =
        (1...10).map { "M\($0)" } + ["+"] + (1...12).map { "C\($0)" } + (1...10).map { "S\($0)" }
    /// Those that have no test yet.
    private static let later: Set = ["S8", "S9", "S10"]

    /// The rows of the page's tables, as their cells.
    private static func rows() throws -> [[String]] {
        try String(contentsOf: Oracle.root.appending(path: "docs/seeds.md"), encoding: .utf8)
            .split(separator: "\n").filter { $0.hasPrefix("| ") }
            .map { row in
                row.split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) }
            }
    }

    /// The tests that a cell names: what stands between backticks, every second piece.
    private static func tests(in cell: String?) -> [String] {
        (cell ?? "").split(separator: "`", omittingEmptySubsequences: false).enumerated()
            .filter { !$0.offset.isMultiple(of: 2) }.map { String($0.element) }
    }

    @Test func `every promise has its row, once, and a test`() throws {
        let rows = try Self.rows().filter { Self.promises.contains($0.first ?? "") }
        #expect(rows.map { $0[0] } == Self.promises)
        for row in rows {
            let hasTest = !Self.tests(in: row.last).isEmpty
            #expect(hasTest != Self.later.contains(row[0]), "\(row[0])")
        }
    }

    @Test func `every test that the page names is there`() throws {
        let names = try Self.rows().flatMap { Self.tests(in: $0.last) }
        #expect(names.count > 60)
        var tests = ""
        let files = FileManager.default.enumerator(
            at: Oracle.root.appending(path: "Tests"), includingPropertiesForKeys: nil)
        while let file = files?.nextObject() as? URL {
            guard file.pathExtension == "swift" else { continue }
            tests += try String(contentsOf: file, encoding: .utf8)
        }
        for name in names {
            #expect(tests.contains("func `\(name)`"), "there is no test '\(name)'")
        }
    }

    @Test func `every defect of the original has its row`() throws {
        let page = try String(
            contentsOf: Oracle.root.appending(path: "docs/seeds.md"), encoding: .utf8)
        let table = try #require(page.components(separatedBy: "## Defects").last)
        let rows = table.split(separator: "\n").filter { $0.hasPrefix("| ") }.dropFirst()
        #expect(rows.count == 14)
        for row in rows { #expect(Self.tests(in: String(row)).count >= 1) }
    }
}
