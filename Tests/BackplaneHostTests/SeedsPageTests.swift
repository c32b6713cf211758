// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

/// The page that says which test proves which promise.
struct SeedsPageTests {
    @Test func `every test that the page names is there`() throws {
        let root = URL(filePath: #filePath)
            .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        let page = try String(contentsOf: root.appending(path: "docs/seeds.md"), encoding: .utf8)
        let names = page.split(separator: "\n").filter { $0.hasPrefix("| ") }
            .compactMap { $0.split(separator: "|").last }
            .flatMap { cell in
                // What stands between backticks: every second piece.
                cell.split(separator: "`", omittingEmptySubsequences: false).enumerated()
                    .filter { !$0.offset.isMultiple(of: 2) }.map { String($0.element) }
            }
        #expect(names.count > 40)
        var tests = ""
        let files = FileManager.default.enumerator(
            at: root.appending(path: "Tests"), includingPropertiesForKeys: nil)
        while let file = files?.nextObject() as? URL {
            guard file.pathExtension == "swift" else { continue }
            tests += try String(contentsOf: file, encoding: .utf8)
        }
        for name in names {
            #expect(tests.contains("func `\(name)`"), "there is no test '\(name)'")
        }
    }
}
