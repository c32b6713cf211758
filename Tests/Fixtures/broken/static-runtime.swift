// SPDX-License-Identifier: Apache-2.0

// Linked with `sound.c` and `-static-stdlib`, this makes a plugin that embeds a Swift runtime of its
// own. Two runtimes in one process register each other's types and crash: it is refused, with the
// remedy.

/// Keeps the linker from leaving the runtime out: it needs metadata, a generic, and a string.
@c public func backplane_fixture_runtime() -> Int {
    var words: [String: Int] = [:]
    for word in "a runtime of its own".split(separator: " ") {
        words[String(word), default: 0] += 1
    }
    return words.count
}
