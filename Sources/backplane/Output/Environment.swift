// SPDX-License-Identifier: Apache-2.0

import Glibc

/// The environment of the process.
enum Environment {
    /// The value of a variable, or nil when it is not set.
    static func value(of name: String) -> String? {
        // SAFETY: read before anything of this program changes the environment, and copied.
        guard let value = unsafe getenv(name) else { return nil }
        return unsafe String(cString: value)
    }
}
