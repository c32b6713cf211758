// SPDX-License-Identifier: Apache-2.0

import Glibc

/// The variables that a configuration file may refer to.
struct Variables {
    /// The process environment; nil for that of this process.
    var process: [String: String]?

    /// What the `.env` file beside the configuration adds.
    var file: [String: String] = [:]

    /// The value of a variable; the process environment wins.
    subscript(name: String) -> String? {
        inherited(name) ?? file[name]
    }

    private func inherited(_ name: String) -> String? {
        if let process { return process[name] }
        // SAFETY: getenv's string is copied at once; nothing of ours changes the environment.
        guard let value = unsafe getenv(name) else { return nil }
        return unsafe String(cString: value)
    }
}
