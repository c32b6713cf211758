// SPDX-License-Identifier: Apache-2.0

import Foundation
import OracleSupport

/// Files that take what a process writes, so that no pipe ever fills up.
struct StreamFiles {
    private let folder = TemporaryFolder()
    let output: FileHandle
    let error: FileHandle

    init() throws {
        output = try FileHandle(forWritingTo: URL(filePath: try folder.file("output", [])))
        error = try FileHandle(forWritingTo: URL(filePath: try folder.file("error", [])))
    }

    var outputText: String {
        get throws { try String(contentsOfFile: folder.path("output"), encoding: .utf8) }
    }

    var errorText: String {
        get throws { try String(contentsOfFile: folder.path("error"), encoding: .utf8) }
    }
}
