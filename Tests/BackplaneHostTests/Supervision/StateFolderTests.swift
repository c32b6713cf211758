// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

@testable import BackplaneHost

struct StateFolderTests {
    private let path = FileManager.default.temporaryDirectory
        .appending(path: "backplane-\(UUID().uuidString)/deep/state").path

    @Test func `a second host is told whose folder it is, and gets it once the first has gone`()
        throws
    {
        var first: StateFolder? = try StateFolder(path)
        #expect(first?.path == path)
        do {
            _ = try StateFolder(path)
            Issue.record("two hosts have one folder")
        } catch let error {
            #expect(error.code == .alreadyRunning)
            #expect(error.message.contains("pid \(ProcessInfo.processInfo.processIdentifier)"))
        }
        first = nil
        _ = try StateFolder(path)
    }

    @Test func `a path that can be no folder is an error that names it`() throws {
        _ = try StateFolder(path)
        do {
            _ = try StateFolder("\(path)/lock/below")
            Issue.record("a folder in a file")
        } catch let error {
            #expect(error.code == .stateFolder)
            #expect(error.message.contains("lock"))
        }
    }
}
