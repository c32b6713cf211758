// SPDX-License-Identifier: Apache-2.0

/// The number of this build.
///
/// It is read from a text that tests replace in the built file: so one build makes any number of
/// versions, all different. Longer than 15 bytes, so that the text lies in the file as it stands.
enum Version {
    static var current: Int { Int(mark().suffix(8)) ?? 0 }

    /// Not inlined: the compiler must not read the text itself.
    @inline(never)
    private static func mark() -> String { "BACKPLANE-VERSION-00000001" }
}
