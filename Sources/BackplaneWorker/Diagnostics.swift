// SPDX-License-Identifier: Apache-2.0

internal import Glibc

/// Last words, on standard error: there is no logger in this process.
enum Diagnostics {
    static func write(_ words: String) {
        let line = Array((words + "\n").utf8)
        // Nobody is left to be told when this fails.
        _ = unsafe Glibc.write(2, line, line.count)
    }
}
