// SPDX-License-Identifier: Apache-2.0

/// Who is told of changes; a class, because a bare closure in a generic box is wrapped anew at each
/// access.
final class WatchObserver: Sendable {
    let changed: @Sendable (FileChange) -> Void
    let warn: @Sendable (String) -> Void

    init(
        changed: @escaping @Sendable (FileChange) -> Void,
        warn: @escaping @Sendable (String) -> Void
    ) {
        self.changed = changed
        self.warn = warn
    }
}
