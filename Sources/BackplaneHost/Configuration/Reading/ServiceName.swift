// SPDX-License-Identifier: Apache-2.0

/// The names that services may have.
package enum ServiceName {
    /// Names that stand for something else where services are named.
    package static let reserved = ["host", "rpc"]

    /// Whether a name matches `[a-z][a-z0-9_-]*`; reserved ones do.
    package static func isValid(_ name: String) -> Bool {
        guard let first = name.unicodeScalars.first, ("a"..."z").contains(first) else {
            return false
        }
        return name.unicodeScalars.allSatisfy { scalar in
            ("a"..."z").contains(scalar) || ("0"..."9").contains(scalar) || scalar == "_"
                || scalar == "-"
        }
    }
}
