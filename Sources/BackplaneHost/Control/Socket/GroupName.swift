// SPDX-License-Identifier: Apache-2.0

internal import Glibc

/// Looks groups up.
enum GroupName {
    /// The number of the group that `text` names or is; `nil` when there is none.
    static func number(of text: String) -> gid_t? {
        if let number = gid_t(text) { return number }
        var entry = unsafe group()
        var found: UnsafeMutablePointer<group>?
        var space = [CChar](repeating: 0, count: 1 << 16)
        // SAFETY: the texts of the entry lie in `space`, which outlives the call; only the number is
        // kept.
        let result = unsafe space.withUnsafeMutableBufferPointer { space in
            unsafe getgrnam_r(text, &entry, space.baseAddress, space.count, &found)
        }
        guard result == 0, unsafe found != nil else { return nil }
        return unsafe entry.gr_gid
    }
}
