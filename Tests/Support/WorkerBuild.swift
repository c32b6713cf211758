// SPDX-License-Identifier: Apache-2.0

import Foundation

/// Where the build has put the worker executable: beside this test bundle.
public enum WorkerBuild {
    private struct Missing: Error {
        var path: String
    }

    /// The path of the executable.
    public static func executable() throws -> String {
        let bundle = Bundle.allBundles.first { $0.bundlePath.hasSuffix(".xctest") }
        let path = (bundle?.bundleURL ?? Bundle.main.bundleURL.appending(path: "x"))
            .deletingLastPathComponent().appending(path: "backplane-worker").path
        guard FileManager.default.isExecutableFile(atPath: path) else { throw Missing(path: path) }
        return path
    }
}
