// SPDX-License-Identifier: Apache-2.0

import Backplane

/// Methods that send more than anybody reads, and methods that suffer from it.
extension Probe {
    /// What came of a flood.
    struct Flood: Encodable {
        /// How many messages went.
        var sent = 0
        /// How often there was no room.
        var refused = 0
    }

    /// Sends messages of `size` bytes as fast as it can for a while; waits where there is no room.
    func flood(_ milliseconds: Int, _ size: Int) throws -> Flood {
        let message = [UInt8](repeating: 1, count: size)
        let end = ContinuousClock.now.advanced(by: .milliseconds(milliseconds))
        var flood = Flood()
        while ContinuousClock.now < end {
            if try !comm.trySend(message) {
                flood.refused += 1
                try comm.send(message)
            }
            flood.sent += 1
        }
        return flood
    }

    /// Asks so many times, one after the other; returns the nanoseconds that each answer took.
    func timeRequests(_ count: Int) throws -> [Double] {
        try (0..<count).map { index in
            let begin = ContinuousClock.now
            let _: Int = try comm.request(index)
            return (ContinuousClock.now - begin) / .nanoseconds(1)
        }
    }
}
