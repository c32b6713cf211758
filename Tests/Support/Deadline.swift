// SPDX-License-Identifier: Apache-2.0

import Foundation

/// Waits for what happens in other processes.
public enum Deadline {
    /// What was waited for did not come.
    public struct Passed: Error, CustomStringConvertible {
        /// What, and for how long.
        public let description: String

        /// Says what did not come.
        public init(description: String) {
            self.description = description
        }
    }

    /// Looks again and again until `condition` holds.
    ///
    /// - Throws: ``Passed`` when it does not within `limit`.
    public static func wait(
        _ what: String, within limit: Duration = .seconds(30), until condition: () throws -> Bool
    ) throws {
        let end = ContinuousClock.now.advanced(by: limit)
        while try !condition() {
            guard ContinuousClock.now < end else {
                throw Passed(description: "waited \(limit) for \(what)")
            }
            // No more than a breath, so that others of this machine get on.
            usleep(2000)
        }
    }
}
