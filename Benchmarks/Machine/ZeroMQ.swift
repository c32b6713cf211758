// SPDX-License-Identifier: Apache-2.0

/// What ZeroMQ reaches between two processes of this machine, by its transport `ipc`.
enum ZeroMQ {
    private static let batch = 10_000

    /// Calls a second with so many messages of 64 bytes on their way from one thread and back (PAIR).
    static func pair(inFlight: Int, _ kind: Placement.Kind) throws -> Rate {
        try rate("pair", kind, samples: 30, more: [inFlight])
    }

    /// Messages of 64 bytes a second that one process sends and another takes (PUSH and PULL).
    static func push(_ kind: Placement.Kind) throws -> Rate {
        try rate("push", kind, samples: 50)
    }

    /// So often a second, and where.
    struct Rate {
        let perSecond: Double
        let placement: Placement
    }

    private static func rate(
        _ name: String, _ kind: Placement.Kind, samples: Int, more: [Int] = []
    ) throws -> Rate {
        var finding = try MachineLimits.run("zeromq-peer", name, kind, [samples, batch] + more)
        finding.placement.sharedPart = nil
        return Rate(perSecond: finding.rate(batch: batch), placement: finding.placement)
    }
}
