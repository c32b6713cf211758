// SPDX-License-Identifier: Apache-2.0

import BackplaneTransport

/// Whether something comes true within some seconds.
///
/// A poll, for what tells nobody that it has changed: processes, counts, files of /proc. Not a spin,
/// which would keep others from it.
func waited(_ condition: () throws -> Bool) async rethrows -> Bool {
    let deadline = Instant.now.advanced(by: .seconds(20))
    while try !condition() {
        if deadline.hasPassed { return false }
        try? await Task.sleep(for: .milliseconds(2))
    }
    return true
}
